//! SVG: drawings without scripts, handlers, foreign content and addresses of other hosts.

use super::Measured;
use svg_hush::{Filter, data_url_filter};

/// Sanitises a drawing by the allow-list of the crate `svg-hush`; pictures within it may stay as `data:` where they are JPEG,
/// PNG, GIF or WebP. Entities are expanded three deep at most, so that a bomb is refused. `None`: it is not well-formed.
pub(super) fn read(bytes: &[u8]) -> Option<Measured> {
    let mut filter = Filter::new();
    filter.set_data_url_filter(data_url_filter::allow_standard_images);
    let mut cleaned = Vec::with_capacity(bytes.len());
    filter.filter(bytes, &mut cleaned).ok()?;
    let text = std::str::from_utf8(&cleaned).ok()?;
    let (width, height) = size(text).unwrap_or_default();
    Some(Measured { width, height, frames: 1, bytes: Some(cleaned), ..Measured::default() })
}

/// Its width and height, or those of its viewBox (SVG 2, 8.2); nothing where they make no sense.
fn size(text: &str) -> Option<(u32, u32)> {
    let tag = text[text.find("<svg")?..].split('>').next()?;
    let value = |name: &str| {
        let place = tag.find(&format!(" {name}="))? + name.len() + 3;
        tag.get(place..)?.split(['"', '\'']).next()
    };
    let length = |name: &str| value(name)?.trim_end_matches("px").parse::<f64>().ok();
    let sides = || {
        let view: Vec<f64> = value("viewBox")?.split([' ', ',']).filter_map(|number| number.parse().ok()).collect();
        Some((*view.get(2)?, *view.get(3)?))
    };
    let (width, height) = length("width").zip(length("height")).or_else(sides)?;
    let fits = |side: f64| (1.0..=100_000.0).contains(&side).then_some(side.round() as u32);
    Some((fits(width)?, fits(height)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drawings_tell_their_size() {
        assert_eq!(size("<?xml?><svg xmlns='x' width=\"96px\" height='54'>"), Some((96, 54)));
        assert_eq!(size("<svg viewBox=\"0 10 960 539.6\">"), Some((960, 540)));
        assert_eq!([size(""), size("<svg width='100%' height='5'>"), size("<svg viewBox='0 0 0 0'>")], [None; 3]);
    }
}
