//! async-graphql validates where it executes. Here it stops in between.

use std::future::ready;
use std::sync::Arc;

use async_graphql::Response;
use async_graphql::extensions::{Extension, ExtensionContext, ExtensionFactory, NextExecute};
use futures_util::future::BoxFuture;

/// Answers a valid document with nothing, instead of executing it.
pub(super) struct ValidatesAlone;

impl ExtensionFactory for ValidatesAlone {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Self)
    }
}

impl Extension for ValidatesAlone {
    // As `async_trait`, which declares it, writes an asynchronous method.
    fn execute<'life0, 'life1, 'life2, 'life3, 'life4, 'async_trait>(
        &'life0 self,
        _: &'life1 ExtensionContext<'life2>,
        _: Option<&'life3 str>,
        _: NextExecute<'life4>,
    ) -> BoxFuture<'async_trait, Response>
    where
        'life0: 'async_trait,
        'life1: 'async_trait,
        'life2: 'async_trait,
        'life3: 'async_trait,
        'life4: 'async_trait,
        Self: 'async_trait,
    {
        Box::pin(ready(Response::default()))
    }
}
