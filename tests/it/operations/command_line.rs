//! What the binary takes from its command line.

use tempfile::TempDir;

use super::run;

#[tokio::test]
async fn settings_are_taken_before_the_command_and_after_it() {
    for environment in [&[][..], &[("DATABASE_URL", "sqlite:///nowhere/at/all.db")]] {
        for is_first in [true, false] {
            let directory = TempDir::new().unwrap();
            let file = directory.path().join("chosen.db");
            let setting = format!("--database-url=sqlite://{}", file.display());
            let arguments = if is_first {
                [&setting, "migrate"]
            } else {
                ["migrate", &setting]
            };
            let output = run(&arguments, environment).await;
            assert!(output.status.success(), "{output:?}");
            assert!(file.exists(), "{arguments:?}");
        }
    }
}

#[tokio::test]
async fn a_command_that_has_options_takes_settings_among_them() {
    let directory = TempDir::new().unwrap();
    let file = directory.path().join("chosen.db");
    let url = format!("sqlite://{}", file.display());
    let arguments = [
        "import",
        "--tokens=tokens.db",
        "--database-url",
        &url,
        "--collections=collections",
    ];
    let output = run(&arguments, &[]).await;
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.contains("--tokens tokens.db: there is no such file"),
        "{said}"
    );
    assert!(file.exists());
}

#[tokio::test]
async fn the_help_lists_the_settings_once_and_a_commands_help_says_where() {
    let help = async |arguments: &[&str]| {
        let output = run(arguments, &[]).await;
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    let all = help(&["--help"]).await;
    for part in ["--listen-addr", "--max-connections", "doctor", "import"] {
        assert!(all.contains(part), "{part} in {all}");
    }
    for arguments in [["import", "--help"], ["help", "import"]] {
        let import = help(&arguments).await;
        for part in ["--tokens", "--dry-run", "`lockstep-api --help`"] {
            assert!(import.contains(part), "{part} in {import}");
        }
        assert!(!import.contains("--listen-addr"), "{import}");
    }
}
