//! Every setting is explained where operators look: the help, `.env.example`, and README.md or docs/.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use clap::{Args as _, FromArgMatches};
use lockstep_api::config::{Args, Config};

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

/// The settings where these are given, and no others that the environment may have.
fn settings(given: &[(&str, &str)]) -> Result<Config, String> {
    let mut command = Args::augment_args(clap::Command::new("lockstep-api"));
    let ids: Vec<clap::Id> = command
        .get_arguments()
        .map(|it| it.get_id().clone())
        .collect();
    for id in &ids {
        command = command.mut_arg(id, |option| option.env(None::<&str>));
    }
    let arguments = given.iter().map(|(variable, value)| {
        // RUST_LOG is --log.
        let option = variable.trim_start_matches("RUST_").to_lowercase();
        format!("--{}={value}", option.replace('_', "-"))
    });
    let arguments = std::iter::once("lockstep-api".to_owned()).chain(arguments);
    let matches = command.try_get_matches_from(arguments);
    let matches = matches.map_err(|error| error.to_string())?;
    let args = Args::from_arg_matches(&matches).map_err(|error| error.to_string())?;
    Config::read(&args).map_err(|problems| problems.to_string())
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

/// In a table of README.md, or of the page in docs/ that it names for a group of them.
#[test]
fn every_setting_is_in_a_table_of_the_documentation() {
    let mut pages = vec![read("README.md")];
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "md") {
            pages.push(fs::read_to_string(path).unwrap());
        }
    }
    let rows = pages.iter().flat_map(|page| page.lines());
    let rows: Vec<&str> = rows.filter(|line| line.starts_with('|')).collect();
    let is_listed = |variable: &String| {
        let name = format!("`{variable}`");
        rows.iter().any(|row| row.contains(&name))
    };
    let missing: Vec<String> = variables()
        .into_iter()
        .filter(|variable| !is_listed(variable))
        .collect();
    assert_eq!(missing, [""; 0]);
}

#[test]
fn a_variable_that_is_set_to_nothing_is_not_set() {
    let required = [
        ("SPOTIFY_CLIENT_ID", "id"),
        ("SPOTIFY_CLIENT_SECRET", "secret"),
        ("SESSION_SECRET", "0123456789abcdef0123456789abcdef"),
    ];
    let expected = format!("{:?}", settings(&required).unwrap());
    for variable in variables() {
        for nothing in ["", " "] {
            let mut given = required.to_vec();
            given.retain(|(name, _)| *name != variable);
            let is_required = given.len() < required.len();
            given.push((&variable, nothing));
            match settings(&given) {
                Ok(config) => assert_eq!(format!("{config:?}"), expected, "{variable}"),
                Err(problems) => assert!(
                    is_required && problems.contains(&format!("{variable} is not set")),
                    "{variable}: {problems}"
                ),
            }
        }
    }
}
