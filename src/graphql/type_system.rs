//! The schema's types, read off its printed form: async-graphql keeps what it knows of them to itself.

use std::collections::{HashMap, HashSet};

use async_graphql::Name;
use async_graphql::indexmap::IndexMap;
use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{
    BaseType, FieldDefinition, InputValueDefinition, OperationType, Type, TypeDefinition, TypeKind,
    TypeSystemDefinition,
};
use async_graphql::parser::{Error, Positioned};

use super::sdl;

/// What every schema has, and async-graphql does not print.
const INTROSPECTION: &str = include_str!("introspection.graphql");

/// All types, those of introspection among them, but for GraphQL's own scalars.
#[derive(Debug, Default)]
pub(crate) struct TypeSystem {
    query: Option<Name>,
    mutation: Option<Name>,
    types: HashMap<Name, Definition>,
}

/// What a name stands for.
#[derive(Debug)]
pub(crate) enum Definition {
    Object(Fields),
    /// An interface, or a union, which has no fields of its own; and the objects it may be.
    Abstract {
        fields: Fields,
        members: HashSet<Name>,
    },
    InputObject(InputFields),
    Enum(HashSet<Name>),
    Scalar,
}

/// The fields of an object or interface.
pub(crate) type Fields = HashMap<Name, Field>;

/// The fields of an input object, or the arguments of a field.
pub(crate) type InputFields = IndexMap<Name, InputField>;

/// A field that gives something.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) ty: Type,
    pub(crate) arguments: InputFields,
}

/// An argument or a field that takes something.
#[derive(Debug)]
pub(crate) struct InputField {
    pub(crate) ty: Type,
    pub(crate) has_default: bool,
}

impl TypeSystem {
    /// This server's own.
    #[must_use]
    pub(crate) fn of_schema() -> Self {
        // What async-graphql prints it can read; a test holds it to that.
        Self::parse(&sdl()).unwrap_or_default()
    }

    pub(crate) fn parse(sdl: &str) -> Result<Self, Error> {
        let mut system = Self::default();
        let mut members: Vec<(Name, Name)> = Vec::new();
        let introspection = parse_schema(INTROSPECTION)?.definitions;
        let printed = parse_schema(sdl)?.definitions;
        for definition in printed.into_iter().chain(introspection) {
            match definition {
                TypeSystemDefinition::Schema(schema) => {
                    system.query = schema.node.query.map(|name| name.node);
                    system.mutation = schema.node.mutation.map(|name| name.node);
                }
                TypeSystemDefinition::Type(definition) => {
                    let TypeDefinition { name, kind, .. } = definition.node;
                    let (definition, implements) = define(kind);
                    let object = matches!(definition, Definition::Object(_));
                    members.extend(
                        implements
                            .into_iter()
                            .filter(|_| object)
                            .map(|interface| (interface, name.node.clone())),
                    );
                    system.types.insert(name.node, definition);
                }
                TypeSystemDefinition::Directive(_) => {}
            }
        }
        if let Some(Definition::Object(introspection)) = system.types.remove("__Introspection")
            && let Some(query) = &system.query
            && let Some(Definition::Object(fields)) = system.types.get_mut(query)
        {
            fields.extend(introspection);
        }
        for (interface, object) in members {
            if let Some(Definition::Abstract { members, .. }) =
                system.types.get_mut(interface.as_str())
            {
                members.insert(object);
            }
        }
        Ok(system)
    }

    /// The type that an operation begins at. This server has no subscriptions.
    pub(crate) fn root(&self, operation: OperationType) -> Option<&Name> {
        match operation {
            OperationType::Query => self.query.as_ref(),
            OperationType::Mutation => self.mutation.as_ref(),
            OperationType::Subscription => None,
        }
    }

    /// The name as it is kept here.
    pub(crate) fn name(&self, name: &str) -> Option<&Name> {
        self.types.get_key_value(name).map(|(name, _)| name)
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Definition> {
        self.types.get(name)
    }

    /// A field of an object or interface. There is none for `__typename`.
    pub(crate) fn field(&self, type_name: &str, field: &str) -> Option<&Field> {
        match self.get(type_name)? {
            Definition::Object(fields) | Definition::Abstract { fields, .. } => fields.get(field),
            _ => None,
        }
    }

    /// Whether values of this type have fields.
    pub(crate) fn is_composite(&self, name: &str) -> bool {
        matches!(
            self.get(name),
            Some(Definition::Object(_) | Definition::Abstract { .. })
        )
    }

    /// Whether values of this type are of one of several other types.
    pub(crate) fn is_abstract(&self, name: &str) -> bool {
        matches!(self.get(name), Some(Definition::Abstract { .. }))
    }

    /// The objects that values of this type may be, in a fixed order; of an object, itself.
    pub(crate) fn objects(&self, name: &str) -> Vec<&Name> {
        let mut objects: Vec<&Name> = match self.types.get_key_value(name) {
            Some((_, Definition::Abstract { members, .. })) => members.iter().collect(),
            Some((name, Definition::Object(_))) => vec![name],
            _ => Vec::new(),
        };
        objects.sort_unstable();
        objects
    }

    /// Whether a fragment on `condition` goes for an object of type `object` (section 6.3.2 of the
    /// GraphQL specification).
    pub(crate) fn applies(&self, condition: &str, object: &str) -> bool {
        condition == object
            || matches!(
                self.get(condition),
                Some(Definition::Abstract { members, .. }) if members.contains(object)
            )
    }
}

/// The type that `ty` is a list of, a list of lists of, or itself.
pub(crate) fn named(ty: &Type) -> &Name {
    let mut base = &ty.base;
    loop {
        match base {
            BaseType::Named(name) => return name,
            BaseType::List(item) => base = &item.base,
        }
    }
}

/// The definition, and the interfaces that it implements.
fn define(kind: TypeKind) -> (Definition, Vec<Name>) {
    let names = |names: Vec<Positioned<Name>>| names.into_iter().map(|name| name.node);
    match kind {
        TypeKind::Scalar => (Definition::Scalar, Vec::new()),
        TypeKind::Object(object) => (
            Definition::Object(fields(object.fields)),
            names(object.implements).collect(),
        ),
        TypeKind::Interface(interface) => (
            Definition::Abstract {
                fields: fields(interface.fields),
                members: HashSet::new(),
            },
            names(interface.implements).collect(),
        ),
        TypeKind::Union(union) => (
            Definition::Abstract {
                fields: Fields::new(),
                members: names(union.members).collect(),
            },
            Vec::new(),
        ),
        TypeKind::Enum(values) => {
            let values = values.values.into_iter().map(|value| value.node.value.node);
            (Definition::Enum(values.collect()), Vec::new())
        }
        TypeKind::InputObject(object) => (
            Definition::InputObject(input_fields(object.fields)),
            Vec::new(),
        ),
    }
}

fn fields(fields: Vec<Positioned<FieldDefinition>>) -> Fields {
    let field = |field: Positioned<FieldDefinition>| {
        let FieldDefinition {
            name,
            arguments,
            ty,
            ..
        } = field.node;
        let field = Field {
            ty: ty.node,
            arguments: input_fields(arguments),
        };
        (name.node, field)
    };
    fields.into_iter().map(field).collect()
}

fn input_fields(fields: Vec<Positioned<InputValueDefinition>>) -> InputFields {
    let field = |field: Positioned<InputValueDefinition>| {
        let InputValueDefinition {
            name,
            ty,
            default_value,
            ..
        } = field.node;
        let field = InputField {
            ty: ty.node,
            has_default: default_value.is_some(),
        };
        (name.node, field)
    };
    fields.into_iter().map(field).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Exposure;

    #[tokio::test]
    async fn introspection_is_what_async_graphql_has() {
        let wrapped = |depth: usize| "ofType { kind name ".repeat(depth) + &"}".repeat(depth);
        let query = format!(
            "{{ __schema {{ types {{ name fields {{ name type {{ kind name {} }} args {{ name type {{ kind name {} }} \
             defaultValue }} }} }} }} }}",
            wrapped(3),
            wrapped(1)
        );
        let told = crate::graphql::schema(Exposure::default())
            .execute(query)
            .await;
        let told = told.data.into_json().unwrap();
        let types = told["__schema"]["types"].as_array().unwrap();
        let system = TypeSystem::of_schema();
        let mut compared = HashSet::new();
        for ty in types {
            let name = ty["name"].as_str().unwrap();
            let Some(fields) = ty["fields"].as_array().filter(|_| name.starts_with("__")) else {
                continue;
            };
            compared.insert(name);
            for field in fields {
                let key = field["name"].as_str().unwrap();
                let known = system.field(name, key);
                let known = known.unwrap_or_else(|| panic!("{name}.{key}"));
                assert_eq!(
                    known.ty.to_string(),
                    written(&field["type"]),
                    "{name}.{key}"
                );
                for argument in field["args"].as_array().unwrap() {
                    let known = &known.arguments[argument["name"].as_str().unwrap()];
                    assert_eq!(
                        known.ty.to_string(),
                        written(&argument["type"]),
                        "{name}.{key}"
                    );
                    assert_eq!(known.has_default, argument["defaultValue"].is_string());
                }
            }
        }
        assert!(compared.contains("__Schema") && compared.len() == 6);
        let query = system.root(OperationType::Query).unwrap();
        assert!(system.field(query, "__schema").is_some());
        assert!(system.field(query, "__type").is_some());
        assert!(system.field("Playlist", "__schema").is_none());
    }

    fn written(ty: &serde_json::Value) -> String {
        match ty["kind"].as_str() {
            Some("NON_NULL") => format!("{}!", written(&ty["ofType"])),
            Some("LIST") => format!("[{}]", written(&ty["ofType"])),
            _ => ty["name"].as_str().unwrap().to_owned(),
        }
    }

    #[test]
    fn the_printed_schema_is_understood() {
        let system = TypeSystem::of_schema();
        let query = system.root(OperationType::Query).unwrap();
        let playlist = system.field(query, "playlist").unwrap();
        assert_eq!(playlist.ty.to_string(), "Playlist");
        assert_eq!(playlist.arguments["id"].ty.to_string(), "ID!");
        assert!(!playlist.arguments["id"].has_default);
        let metadata = system.field("Track", "metadata").unwrap();
        assert!(metadata.arguments["type"].has_default);
        assert!(system.root(OperationType::Mutation).is_some());
        assert!(system.is_abstract("PlaylistItem"));
        assert!(system.applies("PlaylistItem", "Track"));
        assert!(system.applies("Track", "Track"));
        assert!(!system.applies("Track", "Episode"));
        assert!(!system.applies("Playlist", "Track"));
        assert!(system.is_composite("Track") && !system.is_composite("JSON"));
        let nodes = &system.field("PlaylistTrackConnection", "nodes").unwrap().ty;
        assert_eq!(named(nodes), "PlaylistItem");
    }
}
