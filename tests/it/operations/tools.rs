//! Programs of the system that the documentation relies on.

use std::io::Write;
use std::path::PathBuf;
use std::process::Command;

/// Where a program is. Without it, that is said past the capture of test output; where `CI` is set
/// it must be there.
pub fn tool(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut directories: Vec<PathBuf> = std::env::split_paths(&path).collect();
    // Where Debian has daemons and PostgreSQL's server, which not everybody's PATH names.
    directories.push("/usr/sbin".into());
    let versions = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten();
    directories.extend(versions.flatten().map(|version| version.path().join("bin")));
    let found = directories
        .into_iter()
        .map(|directory| directory.join(name))
        .find(|file| file.is_file());
    if found.is_none() {
        assert!(std::env::var_os("CI").is_none(), "{name} is not installed");
        let _ = writeln!(
            std::io::stderr(),
            "\n*** {name} was NOT tested: not installed ***\n"
        );
    }
    found
}

/// A port that was free a moment ago.
pub fn free_port() -> u16 {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    free.local_addr().unwrap().port()
}

pub fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

/// Waits until somebody listens there.
pub async fn listening(port: u16) {
    let connected = async {
        while tokio::net::TcpStream::connect(("127.0.0.1", port))
            .await
            .is_err()
        {
            tokio::task::yield_now().await;
        }
    };
    let time = std::time::Duration::from_secs(20);
    let connected = tokio::time::timeout(time, connected).await;
    assert!(connected.is_ok(), "nobody listens on {port}");
}
