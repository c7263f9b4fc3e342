//! What the log and the metrics tell of a request, as those who answer it find out.

use crate::store::PersonId;

/// Longer names of operations are cut: clients choose them.
const NAME_LENGTH: usize = 64;

/// Travels with the response, as one of its extensions.
#[derive(Clone, Debug, Default)]
pub(crate) struct Report {
    /// `query` or `mutation`, once the document is parsed.
    pub(crate) operation: Option<&'static str>,
    /// Its root field, as the schema has it.
    pub(crate) root_field: Option<String>,
    /// The operation's name in the document.
    pub(crate) operation_name: Option<String>,
    /// What it was estimated to cost.
    pub(crate) cost: Option<u64>,
    /// Who asked, where that was found out.
    pub(crate) person: Option<PersonId>,
    /// The errors' codes, each once, in the order of the errors.
    pub(crate) codes: Vec<String>,
}

impl Report {
    /// A report of nothing but an error.
    pub(crate) fn of_code(code: &str) -> Self {
        Self {
            codes: vec![code.to_owned()],
            ..Self::default()
        }
    }

    /// Takes note of an operation's name. Names are letters, digits and underscores: the document
    /// would not have parsed otherwise.
    pub(crate) fn name(&mut self, name: &str) {
        self.operation_name = Some(name.chars().take(NAME_LENGTH).collect());
    }

    /// Takes note of an error.
    pub(crate) fn code(&mut self, code: &str) {
        if !self.codes.iter().any(|known| known == code) {
            self.codes.push(code.to_owned());
        }
    }
}
