//! The schema's types, one a file.

mod album;
mod artist;
mod episode;
mod image;
mod logout_payload;
mod me;
mod metadata;
mod page_info;
mod playlist;
mod playlist_connection;
mod playlist_item;
mod playlist_owner;
mod playlist_track_connection;
mod show;
mod spotify_user;
mod track;
mod upload_metadata;

pub use album::Album;
pub use artist::Artist;
pub use episode::Episode;
pub use image::Image;
pub use logout_payload::LogoutPayload;
pub use me::Me;
pub use metadata::Metadata;
pub use page_info::PageInfo;
pub use playlist::Playlist;
pub use playlist_connection::PlaylistConnection;
pub use playlist_item::PlaylistItem;
pub use playlist_owner::PlaylistOwner;
pub use playlist_track_connection::PlaylistTrackConnection;
pub use show::Show;
pub use spotify_user::SpotifyUser;
pub use track::Track;
pub use upload_metadata::{UploadMetadataInput, UploadMetadataPayload};
