//! Pictures that the simulator draws itself, so that a demo needs no outside host.

use serde_json::{Value, json};

use super::id::{hash, mix};

/// Image objects of the given sizes in pixels, in their order.
pub(crate) fn of(url: &str, seed: &str, sizes: &[u32]) -> Value {
    sizes
        .iter()
        .map(|&size| json!({ "url": link(url, seed, size), "height": size, "width": size }))
        .collect()
}

/// Where the picture for `seed` is.
pub(crate) fn link(url: &str, seed: &str, size: u32) -> String {
    format!("{url}/_simulator/images/{seed}/{size}")
}

/// Draws a picture: two colours and three discs, all decided by `seed`.
pub(crate) fn svg(seed: &str, size: u32) -> String {
    let bits = mix(hash(seed));
    let hue = bits % 360;
    let other = (hue + 40 + (bits >> 9) % 120) % 360;
    let disc = |shift: u32| {
        let bits = bits >> shift;
        let (x, y, r) = (bits % 100, (bits >> 7) % 100, 12 + (bits >> 14) % 34);
        format!(r#"<circle cx="{x}" cy="{y}" r="{r}"/>"#)
    };
    format!(
        concat!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100" width="{size}" height="{size}">"#,
            r#"<defs><linearGradient id="g" x2="1" y2="1"><stop stop-color="hsl({hue} 62% 46%)"/>"#,
            r#"<stop offset="1" stop-color="hsl({other} 68% 28%)"/></linearGradient></defs>"#,
            r#"<rect width="100" height="100" fill="url(#g)"/>"#,
            r#"<g fill="hsl({other} 90% 88%)" fill-opacity=".22">{a}{b}{c}</g></svg>"#,
        ),
        size = size,
        hue = hue,
        other = other,
        a = disc(3),
        b = disc(19),
        c = disc(37),
    )
}
