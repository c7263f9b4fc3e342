//! Every code that an error may have is explained to clients.

use std::collections::BTreeSet;

use lockstep_api::graphql::Code;

#[test]
fn the_reference_of_errors_has_every_code_and_no_other() {
    let reference = include_str!("../../../docs/errors.md");
    let (codes, _statuses) = reference.split_once("## Statuses").unwrap();
    let rows = codes.lines().filter_map(|line| line.strip_prefix("| `"));
    let explained: BTreeSet<_> = rows.filter_map(|row| row.split('`').next()).collect();
    let codes: BTreeSet<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
    assert_eq!(explained, codes);
}
