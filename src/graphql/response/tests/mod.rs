//! Responses of a toy schema: by hand where a rule is to be shown, by the thousand where none is to
//! be forgotten.

mod by_hand;
mod fast;
mod random;
mod toy;
