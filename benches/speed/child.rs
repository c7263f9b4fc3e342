//! A process that is measured: it ends with its handle.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

/// A running process.
pub struct Child(std::process::Child);

/// Kilobytes of a process's memory that are really there.
#[derive(Clone, Copy, Debug)]
pub struct Memory {
    /// Now.
    pub now: u64,
    /// At the most, since the start or the last [`Child::forget_peak`].
    pub peak: u64,
}

impl Child {
    /// Runs a command.
    pub fn spawn(command: &mut Command) -> Self {
        Self(command.stdin(Stdio::null()).spawn().unwrap())
    }

    /// Runs this program in another role; the role says on its first line where it serves.
    pub fn role(role: &str, arguments: &[&str]) -> (Self, String) {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.arg(role).args(arguments).stdout(Stdio::piped());
        let mut child = Self::spawn(&mut command);
        let mut line = String::new();
        let mut output = BufReader::new(child.0.stdout.take().unwrap());
        output.read_line(&mut line).unwrap();
        (child, line.trim().to_owned())
    }

    /// How much memory it has.
    pub fn memory(&self) -> Memory {
        let status = self.read("status");
        Memory {
            now: field(&status, "VmRSS:"),
            peak: field(&status, "VmHWM:"),
        }
    }

    /// Lets the peak begin anew from what is there now.
    pub fn forget_peak(&self) {
        fs::write(self.path("clear_refs"), "5").unwrap();
    }

    /// Seconds of processor time that it has used.
    pub fn processor_seconds(&self) -> f64 {
        let stat = self.read("stat");
        // The name, which may hold anything, ends with the last parenthesis.
        let (_, fields) = stat.rsplit_once(") ").unwrap();
        let ticks: u64 = fields
            .split(' ')
            .skip(11)
            .take(2)
            .map(|ticks| ticks.parse::<u64>().unwrap())
            .sum();
        // USER_HZ is 100 wherever Linux runs today.
        ticks as f64 / 100.0
    }

    fn read(&self, file: &str) -> String {
        fs::read_to_string(self.path(file)).unwrap()
    }

    fn path(&self, file: &str) -> String {
        format!("/proc/{}/{file}", self.0.id())
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn field(status: &str, name: &str) -> u64 {
    let line = status.lines().find(|line| line.starts_with(name)).unwrap();
    line.split_ascii_whitespace()
        .nth(1)
        .unwrap()
        .parse()
        .unwrap()
}
