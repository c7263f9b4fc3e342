//! The parameters of a query string or a form.

/// Parameters in the order in which they came. Of a repeated one the first counts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    /// Reads `application/x-www-form-urlencoded` text.
    pub(crate) fn parse(text: impl AsRef<[u8]>) -> Self {
        Self(
            url::form_urlencoded::parse(text.as_ref())
                .into_owned()
                .collect(),
        )
    }

    /// The value of a parameter; one that is given empty counts as not given.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    /// All of them.
    pub(crate) fn into_pairs(self) -> Vec<(String, String)> {
        self.0
    }
}
