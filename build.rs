//! Has the linker put together what a server runs: the program then needs fewer pages of its code in memory.

use std::env::var;

const ORDER: &str = "benches/functions/order.ld";

fn main() -> Result<(), std::env::VarError> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={ORDER}");
    let is_release = var("PROFILE")? == "release";
    let reads_scripts = var("TARGET")? == "x86_64-unknown-linux-gnu";
    // Not every linker does, so one that somebody chose is left alone.
    let is_chosen = var("RUSTC_LINKER").is_ok() || var("CARGO_ENCODED_RUSTFLAGS")?.contains("link");
    if is_release && reads_scripts && !is_chosen {
        let root = var("CARGO_MANIFEST_DIR")?;
        println!("cargo::rustc-link-arg-bin=lockstep-api=-T");
        println!("cargo::rustc-link-arg-bin=lockstep-api={root}/{ORDER}");
    }
    Ok(())
}
