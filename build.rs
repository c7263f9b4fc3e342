//! Has the linker put together what a server runs: the program then needs fewer pages of its code in memory.

use std::env::var;
use std::error::Error;
use std::fs;

const ORDER: &str = "benches/training/order.txt";

fn main() -> Result<(), Box<dyn Error>> {
    // Another one, where benches/training/build has made it.
    let order = var("LINK_ORDER").unwrap_or_else(|_| ORDER.to_owned());
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=LINK_ORDER");
    println!("cargo::rerun-if-changed={order}");
    let is_release = var("PROFILE")? == "release";
    let reads_scripts = var("TARGET")? == "x86_64-unknown-linux-gnu";
    // Not every linker does, so one that somebody chose is left alone.
    let is_chosen = var("RUSTC_LINKER").is_ok() || var("CARGO_ENCODED_RUSTFLAGS")?.contains("link");
    if is_release && reads_scripts && !is_chosen {
        // Where the compiler knows how often a function is called, its section's name tells.
        let sections: String = fs::read_to_string(order)?
            .lines()
            .map(|name| format!("*(.text.{name} .text.hot.{name} .text.unlikely.{name})\n"))
            .collect();
        let script = format!("{}/order.ld", var("OUT_DIR")?);
        fs::write(
            &script,
            format!("SECTIONS {{ .text.used : {{\n{sections}}} }} INSERT BEFORE .text;\n"),
        )?;
        println!("cargo::rustc-link-arg-bin=lockstep-api=-T");
        println!("cargo::rustc-link-arg-bin=lockstep-api={script}");
    }
    Ok(())
}
