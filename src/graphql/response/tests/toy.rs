//! A schema small enough to know by heart, whose objects fail where they are told to.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_graphql::{
    EmptyMutation, EmptySubscription, Interface, Object, Response, Schema, ValidationMode,
    Variables,
};

use crate::graphql::document::discriminate;
use crate::graphql::fields::{check_fields, merge_fields};
use crate::graphql::response::{Outline, complete};
use crate::graphql::type_system::TypeSystem;

/// What an object of the toy schema is like.
#[derive(Clone, Debug, Default)]
pub(super) struct Model {
    /// Else it is blue.
    pub(super) red: bool,
    pub(super) fails: BTreeSet<&'static str>,
    /// Which field is done after which: a field waits for as many turns as this says.
    pub(super) turns: usize,
    pub(super) child: Option<Arc<Model>>,
    pub(super) children: Vec<Option<Arc<Model>>>,
}

#[derive(Clone, Debug, thiserror::Error)]
#[error("as told")]
pub(super) struct AsTold;

pub(super) type Fallible<T> = Result<T, AsTold>;

impl Model {
    async fn give<T>(&self, field: &'static str, value: T) -> Fallible<T> {
        for _ in 0..(self.turns + field.len()) % 5 {
            tokio::task::yield_now().await;
        }
        if self.fails.contains(field) {
            Err(AsTold)
        } else {
            Ok(value)
        }
    }
}

pub(super) struct Red(Arc<Model>);
pub(super) struct Blue(Arc<Model>);

#[derive(Interface)]
#[graphql(
    field(name = "name", ty = "Fallible<String>"),
    field(name = "maybe", ty = "Option<Fallible<String>>"),
    field(name = "perhaps", ty = "Fallible<Option<String>>"),
    field(name = "child", ty = "Option<Fallible<Thing>>"),
    field(name = "only", ty = "Fallible<Thing>"),
    field(name = "children", ty = "Fallible<Vec<Option<Fallible<Thing>>>>"),
    field(name = "strict", ty = "Option<Fallible<Vec<Thing>>>")
)]
pub(super) enum Thing {
    Red(Red),
    Blue(Blue),
}

impl From<Arc<Model>> for Thing {
    fn from(model: Arc<Model>) -> Self {
        if model.red {
            Self::Red(Red(model))
        } else {
            Self::Blue(Blue(model))
        }
    }
}

macro_rules! thing {
    ($object:ident, $colour:ident) => {
        #[Object]
        impl $object {
            pub async fn name(&self) -> Fallible<String> {
                self.0.give("name", "n".to_owned()).await
            }
            /// Fails as a nullable field should with async-graphql.
            pub async fn maybe(&self) -> Option<Fallible<String>> {
                Some(self.0.give("maybe", "m".to_owned()).await)
            }
            /// Fails as it should not.
            pub async fn perhaps(&self) -> Fallible<Option<String>> {
                self.0.give("perhaps", Some("p".to_owned())).await
            }
            pub async fn child(&self) -> Option<Fallible<Thing>> {
                let child = self.0.child.clone()?;
                Some(self.0.give("child", Thing::from(child)).await)
            }
            pub async fn only(&self) -> Fallible<Thing> {
                let child = self.0.child.clone().unwrap_or_default();
                self.0.give("only", Thing::from(child)).await
            }
            pub async fn children(&self) -> Fallible<Vec<Option<Fallible<Thing>>>> {
                let children = self.0.children.iter().enumerate();
                let children = children.map(|(index, child)| match child {
                    Some(_) if self.0.fails.contains("item") && index == 0 => Some(Err(AsTold)),
                    child => child.clone().map(|child| Ok(Thing::from(child))),
                });
                self.0.give("children", children.collect()).await
            }
            pub async fn strict(&self) -> Option<Fallible<Vec<Thing>>> {
                let children = self.0.children.iter().flatten();
                let children = children.cloned().map(Thing::from).collect();
                Some(self.0.give("strict", children).await)
            }
            pub async fn $colour(&self) -> Fallible<i32> {
                self.0.give(stringify!($colour), 1).await
            }
        }
    };
}

thing!(Red, red);
thing!(Blue, blue);

pub(super) struct Query(Arc<Model>);

#[Object]
impl Query {
    async fn thing(&self) -> Option<Fallible<Thing>> {
        Some(self.0.give("thing", self.0.clone().into()).await)
    }
    async fn must(&self) -> Fallible<Thing> {
        self.0.give("must", self.0.clone().into()).await
    }
}

/// What the server answers to `query` of `model`.
pub(super) async fn ask(model: &Model, query: &str) -> Response {
    // As the server's: what was merged spreads none of its fragments.
    let query_root = Query(Arc::new(model.clone()));
    let schema = Schema::build(query_root, EmptyMutation, EmptySubscription)
        .validation_mode(ValidationMode::Fast)
        .finish();
    let types = TypeSystem::parse(&schema.sdl()).unwrap();
    let mut document = async_graphql::parser::parse_query(query).unwrap();
    let repeats = check_fields(&document, &types).unwrap();
    discriminate(&mut document, &types);
    let operation = &document.operations.iter().next().unwrap().1.node;
    let outline = Outline::of(&document, operation, &Variables::default());
    if repeats {
        merge_fields(&mut document, &types, &Variables::default());
    }
    let mut request = async_graphql::Request::new(query);
    request.set_parsed_query(document);
    let mut response = schema.execute(request).await;
    complete(&mut response, &outline, &types);
    response
}
