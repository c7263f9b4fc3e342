//! The table, and the place in the README where it stands.

use std::fmt::Write;
use std::path::Path;
use std::time::Duration;

const BEGIN: &str = "<!-- cargo bench -- --write: begin -->";
const END: &str = "<!-- cargo bench -- --write: end -->";
const HEAD: [&str; 5] = ["work", "here", "compared with", "ratio", "aim"];

/// What was measured so far.
#[derive(Default)]
pub struct Report {
    rows: Vec<[String; 5]>,
}

impl Report {
    /// What the next rows are about.
    pub fn chapter(&mut self, title: &str) {
        println!("\n{title}");
        self.rows.push([
            format!("**{title}**"),
            String::new(),
            String::new(),
            String::new(),
            String::new(),
        ]);
    }

    /// One figure, also shown at once.
    pub fn row(&mut self, work: &str, here: &str, other: &str, ratio: &str, aim: &str) {
        println!("  {work:<34} {here:<24} {other:<28} {ratio:<16} {aim}");
        self.rows
            .push([work, here, other, ratio, aim].map(str::to_owned));
    }

    /// All of it in Markdown.
    pub fn table(&self) -> String {
        let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
        let mut table = line(&HEAD.map(str::to_owned));
        table.push_str("|---|---|---|---|---|\n");
        for row in &self.rows {
            table.push_str(&line(row));
        }
        let _infallible = write!(table, "\nMeasured on {}.\n", machine());
        table
    }

    /// Replaces what stands there.
    pub fn write_into_readme(&self) {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
        let text = std::fs::read_to_string(&file).unwrap();
        let (before, rest) = text.split_once(BEGIN).expect("the README has no place");
        let (_, after) = rest.split_once(END).expect("the place has no end");
        let text = format!("{before}{BEGIN}\n{}{END}{after}", self.table());
        std::fs::write(file, text).unwrap();
    }
}

/// In general terms.
fn machine() -> String {
    let cores = std::thread::available_parallelism().unwrap();
    let memory = std::fs::read_to_string("/proc/meminfo").unwrap();
    let total = memory.split_ascii_whitespace().nth(1).unwrap();
    let gibibytes = (total.parse::<f64>().unwrap() / 1024.0 / 1024.0).ceil();
    format!(
        "{cores} cores, which the server, the simulated Spotify and the load share, and {gibibytes} GiB of memory"
    )
}

/// As people write a duration.
pub fn milliseconds(time: Duration) -> String {
    let milliseconds = time.as_secs_f64() * 1e3;
    match milliseconds {
        0.0..1.0 => format!("{:.0} µs", milliseconds * 1e3),
        1.0..10.0 => format!("{milliseconds:.2} ms"),
        10.0..1000.0 => format!("{milliseconds:.0} ms"),
        _ => format!("{:.2} s", milliseconds / 1e3),
    }
}

/// As people write the kilobytes that a process has.
pub fn megabytes(kilobytes: u64) -> String {
    format!("{:.1} MB", kilobytes as f64 * 1024.0 / 1e6)
}

/// As people write how many there are of what is called `one`.
pub fn counted(count: u64, one: &str) -> String {
    match (count, one.strip_suffix('y')) {
        (1, _) => format!("1 {one}"),
        (_, Some(stem)) => format!("{count} {stem}ies"),
        (_, None) => format!("{count} {one}s"),
    }
}

/// As people write a ratio.
pub fn times(ratio: f64) -> String {
    if ratio < 10.0 {
        format!("{ratio:.2}×")
    } else {
        format!("{ratio:.0}×")
    }
}
