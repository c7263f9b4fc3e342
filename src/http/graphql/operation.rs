//! Parameters → an operation that is ready to be executed, or the one error that says why it is not.

use std::sync::Arc;

use async_graphql::parser::parse_query;
use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, OperationDefinition, OperationType,
};
use async_graphql::{Positioned, ServerError};
use axum::http::Method;

use super::body;
use super::documents::{Documents, Key, Known, Settled};
use super::params::Params;
use super::refusal::Refusal;
use super::rejected::Rejected;
use super::root_field;
use super::variables::{self, Misfit};
use crate::graphql::{
    Code, Document, Outline, TypeSystem, absent, argument_error, argument_given_by,
    check_arguments, check_fields, check_given, check_lists, check_operation, check_text,
    discriminate, is_upload, leave_out, merge_fields, request_error, unescape,
};
use crate::http::report::Report;
use crate::http::state::HttpState;

/// What is executed, and what its response is completed by.
pub(super) struct Prepared {
    pub(super) operation: Operation,
    /// The document as it was sent, where it has to be found valid first. No variables come with it:
    /// whether it is valid does not depend on them.
    pub(super) unvalidated: Option<Box<async_graphql::Request>>,
    pub(super) outline: Arc<Outline>,
    /// What executing it is estimated to cost: the fields of its answer. At least one.
    pub(super) cost: u64,
    /// A document that was read for the first time, to be kept once it is found valid; where that is
    /// worth it.
    pub(super) to_keep: Option<Box<(Key, Known)>>,
}

/// What is executed.
pub(super) enum Operation {
    /// One that is the same each time, of a document that has more than one where it has a name.
    Settled(Arc<Known>, Option<String>),
    /// One with what came with it.
    Given(Box<async_graphql::Request>),
}

impl Operation {
    /// What is known of one that is the same each time.
    pub(super) fn settled(&self) -> Option<&Arc<Known>> {
        match self {
            Self::Settled(known, _) => Some(known),
            Self::Given(_) => None,
        }
    }

    /// For async-graphql.
    pub(super) fn into_request(self) -> Box<async_graphql::Request> {
        match self {
            Self::Settled(known, name) => as_request(&name, known.executed.clone()),
            Self::Given(request) => request,
        }
    }
}

/// Reads the document and the variables as far as async-graphql leaves it undone.
pub(super) fn prepare(
    state: &HttpState,
    asked: &Document,
    params: Params,
    method: &Method,
    report: &mut Report,
) -> Result<Prepared, Rejected> {
    let (types, limits) = (&state.types, &state.limits);
    let key = (asked.text.as_ref().to_owned(), params.operation_name);
    let known = state.documents.find(&key);
    let (query, name) = &key;
    let parsed;
    let document = match &known {
        Some(known) => &known.sent,
        None => {
            if !asked.trusted {
                check_text(query, limits)?;
            }
            parsed = parse_query(unescape(query)).map_err(|error| syntax_error(&error))?;
            &parsed
        }
    };
    let operation = find(document, name.as_deref())
        .map_err(|message| request_error(Code::GraphqlValidationFailed, message))?;
    note(report, document, operation, types);
    if method == Method::GET && operation.node.ty != OperationType::Query {
        let refusal = Refusal::method("POST", "GET is for queries only: use POST");
        return Err(refusal.into());
    }
    let is_upload = is_upload(&operation.node, types);
    body::check(params.body_bytes, is_upload, &state.http, limits)?;
    if let Some(known) = &known
        && let Some(settled) = &known.settled
        && params.variables.is_none()
    {
        return Ok(Prepared {
            outline: settled.outline.clone(),
            to_keep: None,
            cost: settled.cost,
            operation: Operation::Settled(known.clone(), key.1),
            unvalidated: None,
        });
    }
    // Where limits only warn, each request is to.
    let settles = operation.node.variable_definitions.is_empty() && !limits.warn_only;
    if known.is_none() {
        check_lists(&operation.node)?;
        check_arguments(query, document, types)?;
    }
    let variables =
        variables::coerce(types, &operation.node, params.variables.as_ref()).map_err(|misfit| {
            let given_as =
                |variable: &str| argument_given_by(document, &operation.node, types, variable);
            misfit_error(misfit, given_as)
        })?;
    let body_bytes = limits.body_bytes;
    check_given(document, &operation.node, types, &variables, body_bytes)?;
    let measure = check_operation(
        document,
        &operation.node,
        types,
        &variables,
        (limits, asked.trusted),
    )?;
    if measure.introspects && !state.exposure.introspection {
        let message = "introspection is turned off here: the schema is public in schema.graphql";
        return Err(request_error(Code::GraphqlValidationFailed, message).into());
    }
    let repeats = match &known {
        Some(known) => known.repeats,
        None => check_fields(document, types)?,
    };
    let absent = absent(&operation.node, &variables);
    let mut executed = match &known {
        Some(known) => known.executed.clone(),
        None => {
            let mut executed = document.clone();
            discriminate(&mut executed, types);
            executed
        }
    };
    let is_new = known.is_none();
    let mut to_keep = (is_new && Documents::takes(query)).then(|| Known {
        sent: document.clone(),
        executed: executed.clone(),
        repeats,
        settled: None,
    });
    let unvalidated = is_new.then(|| as_request(name, executed.clone()));
    leave_out(&mut executed, &absent);
    let operation = find(&executed, name.as_deref())
        .map_err(|message| request_error(Code::GraphqlValidationFailed, message))?;
    let is_query = operation.node.ty == OperationType::Query;
    let outline = Arc::new(Outline::of(&executed, &operation.node, &variables));
    if repeats {
        merge_fields(&mut executed, types, &variables);
    }
    let cost = measure.cost.max(1);
    if let Some(known) = to_keep.as_mut().filter(|_| settles) {
        known.executed.clone_from(&executed);
        let outline = outline.clone();
        known.settled = Some(Settled::new(is_query, outline, cost));
    }
    let mut request = as_request(name, executed);
    request.variables = variables;
    Ok(Prepared {
        operation: Operation::Given(request),
        unvalidated,
        outline,
        to_keep: to_keep.map(|known| Box::new((key.clone(), known))),
        cost,
    })
}

/// Without its text, of which nothing more is wanted.
fn as_request(name: &Option<String>, document: ExecutableDocument) -> Box<async_graphql::Request> {
    let mut request = Box::new(async_graphql::Request::new(""));
    request.operation_name.clone_from(name);
    request.set_parsed_query(document);
    request
}

/// What the log and the metrics tell of the operation.
fn note(
    report: &mut Report,
    document: &ExecutableDocument,
    operation: &Positioned<OperationDefinition>,
    types: &TypeSystem,
) {
    report.operation = Some(match operation.node.ty {
        OperationType::Query => "query",
        OperationType::Mutation => "mutation",
        OperationType::Subscription => "subscription",
    });
    report.root_field = Some(root_field::label(&operation.node, types).to_owned());
    let mut known = document.operations.iter();
    let name = known.find(|(_, known)| std::ptr::eq(*known, operation));
    if let Some((Some(name), _)) = name {
        report.name(name);
    }
}

/// The operation that is to be executed (section 6.1 of the GraphQL specification).
fn find<'d>(
    document: &'d ExecutableDocument,
    name: Option<&str>,
) -> Result<&'d Positioned<OperationDefinition>, &'static str> {
    match (&document.operations, name) {
        (DocumentOperations::Single(operation), None) => Ok(operation),
        (DocumentOperations::Multiple(operations), None) if operations.len() == 1 => operations
            .values()
            .next()
            .ok_or("the document has no operation"),
        (DocumentOperations::Multiple(_), None) => {
            Err("the document has several operations: name one by \"operationName\"")
        }
        (DocumentOperations::Multiple(operations), Some(name)) => operations
            .get(name)
            .ok_or("the document has no operation of that \"operationName\""),
        (DocumentOperations::Single(_), Some(_)) => {
            Err("the document has no operation of that \"operationName\"")
        }
    }
}

/// The parser's own message quotes the whole line, which may be the whole document.
fn syntax_error(error: &async_graphql::parser::Error) -> ServerError {
    let message = error.to_string();
    let what = match message.rsplit_once("\n  = ") {
        Some((_, "stack limit reached")) => "it nests too deep".to_owned(),
        Some((_, expected)) => expected.replace('_', " "),
        None => message,
    };
    let what = format!("the document is not GraphQL: {what}");
    ServerError {
        locations: error.positions().collect(),
        ..request_error(Code::GraphqlParseFailed, what)
    }
}

fn misfit_error(misfit: Misfit, given_as: impl Fn(&str) -> Option<String>) -> ServerError {
    let Misfit {
        variable,
        path,
        problem,
        declared,
    } = misfit;
    let Some(variable) = variable else {
        return request_error(Code::BadUserInput, problem);
    };
    let argument = given_as(&variable).unwrap_or_else(|| variable.to_string());
    let problem = format!("{problem} (variable \"${variable}\")");
    let mut error = argument_error(&format!("{argument}{path}"), &problem);
    error.locations = declared.into_iter().collect();
    error
}
