//! The authorizations that people gave, and the codes and tokens that stand for them.

use std::collections::HashMap;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Months, Utc};
use uuid::Uuid;

use crate::simulator::data::Person;
use crate::simulator::options::Rotation;

/// What somebody allowed the app to do.
#[derive(Debug)]
struct Grant {
    person: &'static Person,
    scopes: Vec<String>,
    authorized_at: DateTime<Utc>,
    revoked: bool,
}

#[derive(Debug)]
struct AccessToken {
    grant: usize,
    expires_at: DateTime<Utc>,
}

#[derive(Debug)]
struct RefreshToken {
    grant: usize,
    /// Whether another one took its place.
    replaced: bool,
}

/// An authorization code, and what must come with it.
#[derive(Debug)]
pub(crate) struct Code {
    pub(crate) person: &'static Person,
    pub(crate) scopes: Vec<String>,
    pub(crate) redirect_uri: String,
    /// The S256 challenge, where there was one.
    pub(crate) challenge: Option<String>,
    pub(crate) issued_at: DateTime<Utc>,
}

/// Who calls the Web API, and what they may do.
#[derive(Clone, Debug)]
pub(crate) struct Bearer {
    pub(crate) person: &'static Person,
    scopes: Vec<String>,
}

impl Bearer {
    pub(crate) fn has_scope(&self, scope: &str) -> bool {
        self.scopes.iter().any(|granted| granted == scope)
    }
}

/// Why an access token is not good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BadToken {
    Unknown,
    Expired,
}

/// Why a refresh token is not good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BadRefresh {
    Unknown,
    Revoked,
    Expired,
}

/// New tokens.
#[derive(Debug)]
pub(crate) struct Issued {
    pub(crate) access_token: String,
    pub(crate) refresh_token: Option<String>,
    pub(crate) scope: String,
}

/// Everything given out.
#[derive(Debug, Default)]
pub(crate) struct Vault {
    grants: Vec<Grant>,
    codes: HashMap<String, Code>,
    access: HashMap<String, AccessToken>,
    refresh: HashMap<String, RefreshToken>,
    secrets: Vec<String>,
}

impl Vault {
    /// Every code and token ever given out.
    pub(crate) fn secrets(&self) -> Vec<String> {
        self.secrets.clone()
    }

    /// Gives out a code.
    pub(crate) fn issue_code(&mut self, code: Code) -> String {
        let key = self.secret("AQ", 10);
        self.codes.insert(key.clone(), code);
        key
    }

    /// Takes a code back: nobody can use it any more.
    pub(crate) fn redeem(&mut self, code: &str) -> Option<Code> {
        self.codes.remove(code)
    }

    /// Notes an authorization, and gives out the tokens for it.
    pub(crate) fn authorize(
        &mut self,
        person: &'static Person,
        scopes: Vec<String>,
        now: DateTime<Utc>,
        ttl: Duration,
    ) -> Issued {
        let grant = self.grants.len();
        self.grants.push(Grant {
            person,
            scopes,
            authorized_at: now,
            revoked: false,
        });
        let refresh_token = self.issue_refresh(grant);
        self.issue_access(grant, Some(refresh_token), now, ttl)
    }

    /// Exchanges a refresh token.
    pub(crate) fn refresh(
        &mut self,
        token: &str,
        rotation: Rotation,
        lifetime: Months,
        now: DateTime<Utc>,
        ttl: Duration,
    ) -> Result<Issued, BadRefresh> {
        let held = self.refresh.get_mut(token).ok_or(BadRefresh::Unknown)?;
        let grant = self.grants.get(held.grant).ok_or(BadRefresh::Unknown)?;
        if held.replaced || grant.revoked {
            return Err(BadRefresh::Revoked);
        }
        if grant.authorized_at + lifetime <= now {
            return Err(BadRefresh::Expired);
        }
        let grant = held.grant;
        let next = match rotation {
            Rotation::Omit => None,
            Rotation::Same => Some(token.to_owned()),
            Rotation::Rotate => {
                held.replaced = true;
                Some(self.issue_refresh(grant))
            }
        };
        Ok(self.issue_access(grant, next, now, ttl))
    }

    /// Whose access token this is, if it is good.
    pub(crate) fn check(&self, token: &str, now: DateTime<Utc>) -> Result<Bearer, BadToken> {
        let held = self.access.get(token).ok_or(BadToken::Unknown)?;
        let grant = self.grants.get(held.grant).ok_or(BadToken::Unknown)?;
        if grant.revoked {
            return Err(BadToken::Unknown);
        }
        if held.expires_at <= now {
            return Err(BadToken::Expired);
        }
        Ok(Bearer {
            person: grant.person,
            scopes: grant.scopes.clone(),
        })
    }

    /// Whose access token this is, good or not.
    pub(crate) fn owner(&self, token: &str) -> Option<&'static Person> {
        let held = self.access.get(token)?;
        self.grants.get(held.grant).map(|grant| grant.person)
    }

    /// Lets every access token expire.
    pub(crate) fn expire_access(&mut self, now: DateTime<Utc>) {
        for token in self.access.values_mut() {
            token.expires_at = token.expires_at.min(now);
        }
    }

    /// Takes back all that `person` allowed.
    pub(crate) fn revoke(&mut self, person: &str) {
        for grant in &mut self.grants {
            grant.revoked |= grant.person.id == person;
        }
    }

    fn issue_refresh(&mut self, grant: usize) -> String {
        let token = self.secret("AQ", 6);
        let held = RefreshToken {
            grant,
            replaced: false,
        };
        self.refresh.insert(token.clone(), held);
        token
    }

    fn issue_access(
        &mut self,
        grant: usize,
        refresh_token: Option<String>,
        now: DateTime<Utc>,
        ttl: Duration,
    ) -> Issued {
        let access_token = self.secret("BQ", 9);
        let held = AccessToken {
            grant,
            expires_at: now + ttl,
        };
        self.access.insert(access_token.clone(), held);
        let scope = self
            .grants
            .get(grant)
            .map_or_else(String::new, |grant| grant.scopes.join(" "));
        Issued {
            access_token,
            refresh_token,
            scope,
        }
    }

    /// A token that belongs to no person.
    pub(crate) fn app_token(&mut self) -> String {
        self.secret("BQ", 6)
    }

    /// A random text that looks like Spotify's, of about 21 characters times `length`.
    fn secret(&mut self, prefix: &str, length: usize) -> String {
        let bytes: Vec<u8> = (0..length)
            .flat_map(|_| Uuid::new_v4().into_bytes())
            .collect();
        let secret = format!("{prefix}{}", URL_SAFE_NO_PAD.encode(bytes));
        self.secrets.push(secret.clone());
        secret
    }
}
