//! Pages of the caller's uploads for one track and type, for any number of those in one query.

use std::collections::HashMap;
use std::sync::Arc;

use dataloader::BatchFn;

use super::Scope;
use super::flight::{self, Flight};
use crate::auth::Error;
use crate::store::{MetadataKey, PageOf, UploadPage};

/// A page of a history.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct WantedHistory {
    /// Which track, which type.
    pub key: MetadataKey,
    /// Which part, behind an upload's number.
    pub page: PageOf<i64>,
}

/// What one query found.
pub(crate) type Outcome = Arc<HashMap<MetadataKey, UploadPage>>;

pub(crate) struct Batch(pub(crate) Arc<Scope>);

impl BatchFn<WantedHistory, Flight<Outcome>> for Batch {
    async fn load(&mut self, wanted: &[WantedHistory]) -> HashMap<WantedHistory, Flight<Outcome>> {
        // One query for each page that is asked for alike: mostly it is the first of every history.
        let mut alike: HashMap<_, Vec<_>> = HashMap::new();
        for WantedHistory { key, page } in wanted {
            alike.entry(*page).or_default().push(key.clone());
        }
        let begin = |(page, keys)| (page, flight::start(find(self.0.clone(), keys, page)));
        let flights: HashMap<_, _> = alike.into_iter().map(begin).collect();
        let flight = |wanted: &WantedHistory| {
            let flight = flights.get(&wanted.page)?;
            Some((wanted.clone(), flight.clone()))
        };
        wanted.iter().filter_map(flight).collect()
    }
}

async fn find(
    scope: Arc<Scope>,
    keys: Vec<MetadataKey>,
    page: PageOf<i64>,
) -> Result<Outcome, Error> {
    let viewer = scope.viewer().await?;
    let store = &scope.services().store;
    let found = store.histories(&viewer.person.id, &keys, page, scope.budget());
    Ok(Arc::new(scope.read(found).await?))
}
