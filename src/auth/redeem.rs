//! The end of an app's login: its code, with the verifier that only the app has, for a session.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::Error;
use super::login::Logins;
use super::opaque_token::{OpaqueToken, TokenKind};
use super::session::begin_session;
use super::to_the_end::to_the_end;
use crate::store::Redemption;

/// Why a code gave nothing.
#[derive(Debug, thiserror::Error)]
pub enum RedeemError {
    /// The code is none of this server's.
    #[error("is none of this server's login codes: give it as it stood in the redirect URI")]
    MalformedCode,
    /// The verifier is none.
    #[error("must be 43 to 128 letters, digits, '-', '.', '_' or '~' (RFC 7636, section 4.1)")]
    MalformedVerifier,
    /// The store, a bug, or a request that is another person's already.
    #[error(transparent)]
    Auth(#[from] Error),
}

/// The code is over, used, unknown, or the verifier is not its own. Which of them, whoever has found a
/// code is not told.
const REFUSED: RedeemError = RedeemError::Auth(Error::Unauthenticated(
    "the login code is not valid: it works once, within a minute, with the verifier that the login was \
     begun with; begin the login anew",
));

impl Logins {
    /// Gives an API token for a login code. A code that was used before gives nothing, and takes back
    /// what it had given: of the two who have it, one is a thief (RFC 6749, section 4.1.2).
    ///
    /// # Errors
    /// See [`RedeemError`].
    pub async fn redeem(
        &self,
        code: &str,
        verifier: &str,
        device_name: Option<String>,
    ) -> Result<OpaqueToken, RedeemError> {
        let code =
            OpaqueToken::parse(TokenKind::LoginCode, code).ok_or(RedeemError::MalformedCode)?;
        if !is_verifier(verifier) {
            return Err(RedeemError::MalformedVerifier);
        }
        let challenge = URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()));
        let person = code.person.clone();
        let token = OpaqueToken::new(TokenKind::Api, person.clone())?;
        let session = begin_session(token.hash(), device_name, self.clock.now());
        let uris = self.apps.redirect_uris.clone();
        let (store, cache) = (self.store.clone(), self.cache.clone());
        let (of, code_hash) = (person.clone(), code.hash());
        let redeemed = to_the_end(async move {
            let redeemed = store
                .redeem_login_code(&of, &code_hash, &challenge, &uris, session)
                .await;
            // A code that was used before takes back what it had given.
            if matches!(redeemed, Err(_) | Ok(Redemption::Replayed { .. })) {
                cache.forget_sessions(&of);
            }
            Ok(redeemed?)
        })
        .await?;
        let person = person.as_str();
        match redeemed {
            Redemption::Redeemed => {
                tracing::info!(person, "an app redeemed its login code");
                Ok(token)
            }
            Redemption::Unknown => Err(REFUSED),
            Redemption::Refused => {
                tracing::warn!(
                    person,
                    "a login code was refused: late, or without its verifier"
                );
                Err(REFUSED)
            }
            Redemption::Replayed { ended } => {
                tracing::warn!(person, ended, "a login code was used again");
                Err(REFUSED)
            }
        }
    }
}

fn is_verifier(text: &str) -> bool {
    (43..=128).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verifier_is_what_the_rfc_says() {
        for good in ["a".repeat(43), "aZ09-._~".repeat(16)] {
            assert!(is_verifier(&good), "{good}");
        }
        for bad in [
            "",
            &"a".repeat(42),
            &"a".repeat(129),
            &"ä".repeat(30),
            &"a b".repeat(20),
        ] {
            assert!(!is_verifier(bad), "{bad}");
        }
    }
}
