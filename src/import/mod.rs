//! `lockstep-api import`: moving in from the Flask server.
//!
//! It reads that server's SQLite file and the JSON files beside it, and adds what is missing here:
//! people, tokens (sealed on the way), every upload with its time and version. What cannot be taken
//! over is listed and skipped. It changes neither its source nor anything that is here already.

mod collections;
mod flask;
mod report;

use std::collections::BTreeMap;
use std::path::PathBuf;

use chrono::Utc;
use clap::Args as ClapArgs;

use self::flask::{FlaskDatabase, TokenRow};
pub use self::report::Report;
use crate::auth::{Cipher, seal_tokens};
use crate::progress;
use crate::store::{MetadataKey, NewMetadata, NewToken, Store};

/// Where the Flask server's data is.
#[derive(ClapArgs, Clone, Debug)]
pub struct Source {
    /// The Flask server's SQLite file (its TOKEN_DB_PATH)
    #[arg(long, value_name = "FILE")]
    pub tokens: PathBuf,

    /// The folder of its uploaded collections (its METADATA_UPLOAD_DIR)
    #[arg(long, value_name = "FOLDER")]
    pub collections: PathBuf,

    /// Read and judge everything, write nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// Why an import ended before its end. What it had taken over stays.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The collections' folder.
    #[error("--collections {}: there is no such folder", .0.display())]
    NoFolder(PathBuf),
    /// The source.
    #[error(transparent)]
    Flask(#[from] flask::FlaskError),
    /// The database that is imported into.
    #[error(transparent)]
    Store(#[from] crate::store::Error),
    /// Sealing the tokens.
    #[error(transparent)]
    Auth(#[from] crate::auth::Error),
}

/// Imports from `source` into `store`, which a dry run does without.
///
/// # Errors
/// See [`ImportError`]; single records that cannot be taken over are in the report instead.
pub async fn run(
    source: &Source,
    store: Option<&Store>,
    cipher: &Cipher,
) -> Result<Report, ImportError> {
    let flask = FlaskDatabase::read(&source.tokens).await?;
    if !source.collections.is_dir() {
        return Err(ImportError::NoFolder(source.collections.clone()));
    }
    let mut report = Report {
        dry_run: store.is_none(),
        ..Report::default()
    };
    let mut histories: BTreeMap<(String, MetadataKey), Vec<flask::UploadRow>> = BTreeMap::new();
    for upload in flask.uploads {
        match upload.key() {
            Ok((person, key)) => histories.entry((person, key)).or_default().push(upload),
            Err(why) => report.skip(upload.name(), why),
        }
    }

    let progress = progress::bar((flask.tokens.len() + histories.len()) as u64);
    for token in flask.tokens {
        import_token(token, store, cipher, &mut report).await?;
        progress.inc(1);
    }
    for ((person, key), rows) in histories {
        let mut history = Vec::new();
        for row in rows {
            match collections::read(&source.collections, &row).await {
                Ok(content) => history.push(NewMetadata {
                    key: key.clone(),
                    version: content.version,
                    content: content.text,
                    created_at: content.created_at,
                }),
                Err(why) => report.skip(row.name(), why),
            }
        }
        report.uploads_found += history.len();
        if let Some(store) = store
            && !history.is_empty()
        {
            let id = store.ensure_person(&person, Utc::now()).await?;
            report.uploads_added += store.add_history(&id, &key, history).await?;
        }
        progress.inc(1);
    }
    progress.finish_and_clear();
    Ok(report)
}

async fn import_token(
    row: TokenRow,
    store: Option<&Store>,
    cipher: &Cipher,
    report: &mut Report,
) -> Result<(), ImportError> {
    let token = match row.judge() {
        Ok(token) => token,
        Err(why) => {
            report.skip(row.name(), why);
            return Ok(());
        }
    };
    report.tokens_found += 1;
    let Some(store) = store else { return Ok(()) };
    let id = store.ensure_person(&token.person, Utc::now()).await?;
    let (access, refresh) = (token.access.into(), token.refresh.into());
    let sealed = NewToken {
        sealed: seal_tokens(cipher, &id, &access, &refresh)?,
        token_type: token.token_type,
        scope: token.scope,
        expires_at: token.expires_at,
        now: token.updated_at,
    };
    report.tokens_added += usize::from(store.put_missing_token(&id, sealed).await?);
    Ok(())
}
