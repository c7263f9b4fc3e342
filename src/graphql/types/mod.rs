//! The schema's types, one a file.

mod album;
mod artist;
mod authorization;
mod delete_metadata;
mod disconnect;
mod episode;
mod image;
mod limits;
mod logout_payload;
mod me;
mod metadata;
mod metadata_connection;
mod page_info;
mod playlist;
mod playlist_connection;
mod playlist_item;
mod playlist_owner;
mod playlist_track_connection;
mod redeem_login_code;
mod revoke_session;
mod session;
mod show;
mod spotify_access_token;
mod spotify_user;
mod track;
mod upload_metadata;

pub(super) use album::Album;
pub(super) use artist::Artist;
pub(super) use authorization::Authorization;
pub(super) use delete_metadata::{DeleteMetadataInput, DeleteMetadataPayload};
pub(super) use disconnect::{DisconnectInput, DisconnectPayload};
pub(super) use episode::Episode;
pub(super) use image::Image;
pub(crate) use limits::ServerLimits;
pub(super) use logout_payload::LogoutPayload;
pub(super) use me::Me;
pub(super) use metadata::Metadata;
pub(super) use metadata_connection::MetadataConnection;
pub(super) use page_info::PageInfo;
pub(super) use playlist::Playlist;
pub(super) use playlist_connection::PlaylistConnection;
pub(super) use playlist_item::PlaylistItem;
pub(super) use playlist_owner::PlaylistOwner;
pub(super) use playlist_track_connection::PlaylistTrackConnection;
pub(super) use redeem_login_code::{RedeemLoginCodeInput, RedeemLoginCodePayload};
pub(super) use revoke_session::{
    RevokeOtherSessionsPayload, RevokeSessionInput, RevokeSessionPayload,
};
pub(super) use session::Session;
pub(super) use show::Show;
pub(super) use spotify_access_token::SpotifyAccessToken;
pub(super) use spotify_user::SpotifyUser;
pub(super) use track::Track;
pub(super) use upload_metadata::{UploadMetadataInput, UploadMetadataPayload};
