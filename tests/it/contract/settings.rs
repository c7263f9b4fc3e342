//! Every setting is explained where operators look: the help, `.env.example`, and README.md or docs/.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use clap::Args as _;
use lockstep_api::config::Args;

/// The environment variables of the command line's options.
fn variables() -> BTreeSet<String> {
    let command = Args::augment_args(clap::Command::new("lockstep-api"));
    let variables = command.get_arguments().map(|option| {
        let variable = option.get_env();
        assert!(
            option.get_help().is_some(),
            "{} has no help",
            option.get_id()
        );
        variable.unwrap_or_else(|| panic!("{} has no variable", option.get_id()))
    });
    let variables = variables.map(|variable| variable.to_str().unwrap().to_owned());
    variables.collect()
}

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

#[test]
fn the_example_of_an_environment_has_every_setting_and_nothing_else() {
    let example = read(".env.example");
    let listed = example.lines().filter_map(|line| {
        let (name, _) = line.strip_prefix('#').unwrap_or(line).split_once('=')?;
        let is_name = name
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte == b'_');
        is_name.then(|| name.to_owned())
    });
    let listed: Vec<String> = listed.collect();
    let once: BTreeSet<String> = listed.iter().cloned().collect();
    assert_eq!(once.len(), listed.len(), "one stands twice: {listed:?}");
    assert_eq!(once, variables());
}

/// In a table of variables: README.md's, or that of the page which it names for a group of them.
#[test]
fn every_setting_is_in_a_table_of_the_documentation_and_nothing_else() {
    let mut pages = vec![read("README.md")];
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "md") {
            pages.push(fs::read_to_string(path).unwrap());
        }
    }
    let mut listed = BTreeSet::new();
    for page in pages {
        let mut in_table = false;
        for line in page.lines() {
            if line.starts_with("| variable |") {
                in_table = true;
            } else if !line.starts_with('|') {
                in_table = false;
            } else if in_table {
                let first = line.split('|').nth(1).unwrap();
                // Every other part stands between backticks.
                listed.extend(first.split('`').skip(1).step_by(2).map(str::to_owned));
            }
        }
    }
    assert_eq!(listed, variables());
}
