//! How the fields of an object are executed: one after the other, or as they get ready.

use std::borrow::Cow;

use async_graphql::parser::types::Field;
use async_graphql::registry::Registry;
use async_graphql::resolver_utils::{ContainerType, resolve_container, resolve_container_serial};
use async_graphql::{ContextSelectionSet, OutputType, Positioned, ServerResult, Value};

/// An object, to clients what it holds.
pub(crate) enum Execution<T> {
    /// Its fields are resolved one after the other, which costs less than a queue of them.
    Serial(T),
    /// Its fields wait together for what they need.
    Parallel(T),
}

impl<T> Execution<T> {
    /// Of an object of which so many fields are selected that wait for something. One such field of each
    /// of many objects still waits together with those of the others.
    pub(crate) fn of(object: T, waiting: usize) -> Self {
        if waiting > 1 {
            Self::Parallel(object)
        } else {
            Self::Serial(object)
        }
    }
}

impl<T: ContainerType> OutputType for Execution<T> {
    fn type_name() -> Cow<'static, str> {
        T::type_name()
    }

    fn qualified_type_name() -> String {
        T::qualified_type_name()
    }

    fn introspection_type_name(&self) -> Cow<'static, str> {
        match self {
            Self::Serial(object) | Self::Parallel(object) => object.introspection_type_name(),
        }
    }

    fn create_type_info(registry: &mut Registry) -> String {
        T::create_type_info(registry)
    }

    async fn resolve(
        &self,
        ctx: &ContextSelectionSet<'_>,
        _field: &Positioned<Field>,
    ) -> ServerResult<Value> {
        match self {
            Self::Serial(object) => resolve_container_serial(ctx, object).await,
            Self::Parallel(object) => resolve_container(ctx, object).await,
        }
    }
}
