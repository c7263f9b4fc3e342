//! Pictures.

use std::cmp::Reverse;

use async_graphql::SimpleObject;

use crate::graphql::scalars::Url;
use crate::spotify;

/// A picture in one of its sizes.
#[derive(SimpleObject)]
#[graphql(serial)]
pub(crate) struct Image {
    /// Where it is. Spotify lets a playlist's picture move within a day, so do not keep it.
    url: Url,
    /// In pixels, where Spotify says.
    width: Option<i32>,
    /// In pixels, where Spotify says.
    height: Option<i32>,
}

impl From<&spotify::Image> for Image {
    fn from(image: &spotify::Image) -> Self {
        let pixels = |pixels: Option<u32>| pixels.and_then(|pixels| i32::try_from(pixels).ok());
        Self {
            url: Url(image.url.clone()),
            width: pixels(image.width),
            height: pixels(image.height),
        }
    }
}

/// All of a thing's pictures, the largest first, which is not how Spotify sends a person's. Those of
/// which it does not say how large they are come last.
pub(crate) fn images(images: &[spotify::Image]) -> Vec<Image> {
    let mut images: Vec<_> = images.iter().map(Image::from).collect();
    images.sort_by_key(|image| Reverse(image.width));
    images
}
