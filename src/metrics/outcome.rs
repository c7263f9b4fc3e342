//! How things may end. Each is a series that is there from the start: an alert on a rate does not see a
//! counter that begins with its first event.

macro_rules! outcomes {
    ($(#[$about:meta])* $type:ident { $($(#[$doc:meta])* $name:ident = $text:literal,)+ }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $type {
            $($(#[$doc])* $name,)+
        }

        impl $type {
            pub(super) const ALL: &[Self] = &[$(Self::$name),+];

            pub(super) fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)+
                }
            }
        }
    };
}

outcomes! {
    /// How a refresh of an access token ended.
    TokenRefresh {
        /// There is a new one, and it is stored.
        Refreshed = "refreshed",
        /// Spotify refused the refresh token.
        Refused = "refused",
        /// Spotify gave no answer that says either.
        Failed = "failed",
        /// Spotify granted one, but it is not stored.
        Lost = "lost",
    }
}

outcomes! {
    /// How a login ended that came back from Spotify.
    Login {
        /// The person is logged in.
        Done = "done",
        /// The person declined.
        Denied = "denied",
        /// No login was begun with its state, or not in this browser.
        UnknownState = "unknown_state",
        /// Spotify did not grant what is needed.
        Refused = "refused",
        /// Something else is wrong.
        Failed = "failed",
    }
}
