//! The picture of a card: checked as uploads are, and coded anew, so that nothing is left of it but what is seen.

use crate::media::{
    inspect::{Format, Limits, inspect},
    model::file::hex,
    pixels::{Crop, Focus, Plan, Spec, render},
};
use sha2::{Digest, Sha256};

/// The folder in the store.
pub const FOLDER: &str = "embeds";

/// What a thumbnail may be at most: bytes, and pixels.
pub const LIMITS: Limits = Limits { bytes: 4_000_000, pixels: 24_000_000 };

/// A card shows no more pixels across, on a fine screen.
const WIDEST: u32 = 640;

/// A picture to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thumbnail {
    /// A WebP.
    pub bytes: Vec<u8>,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
}

impl Thumbnail {
    /// Makes one of what a provider has sent; else the sentence says why not. Takes the time of decoding a photo; for jobs.
    pub fn of(bytes: &[u8]) -> Result<Thumbnail, String> {
        let found = inspect(bytes, "thumbnail", LIMITS).map_err(|refusal| refusal.0)?;
        let (width, height) = (found.width.unwrap_or(0), found.height.unwrap_or(0));
        let plan = Plan::of(found.format, width, height, found.frames.unwrap_or(1), Focus::default());
        let plan = plan.ok_or_else(|| format!("It is {} of a kind or shape that cards do not show.", found.format.label()))?;
        let wanted = wanted(&plan).ok_or("It has no size.")?;
        let mut made = None;
        let keep = |_: &Spec, bytes| {
            made = Some(bytes);
            Ok(())
        };
        render(&found.bytes, found.format, &plan, |spec| *spec == wanted, keep).map_err(|error| format!("It cannot be read: {error}."))?;
        let bytes = made.ok_or("It cannot be read.")?;
        Ok(Thumbnail { bytes, width: wanted.width, height: wanted.height })
    }

    /// Where it lies in the store: the same picture at the same place.
    pub fn key(&self) -> String {
        format!("{FOLDER}/{}.webp", hex(&Sha256::digest(&self.bytes)[..16]))
    }
}

/// The widest form that a card shows.
fn wanted(plan: &Plan) -> Option<Spec> {
    let sizes = plan.sizes(Crop::Whole);
    let size = sizes.iter().rev().find(|(width, _)| *width <= WIDEST).or(sizes.first())?;
    plan.at(Crop::Whole, *size).into_iter().find(|spec| spec.format == Format::WebP)
}

/// The address of a picture of the store.
pub fn url(key: &str) -> String {
    format!("/pictures/{key}")
}

/// The key of the picture of that name; `None`: no picture has it, so that nothing else in the store is reached by this way.
pub fn key_of(name: &str) -> Option<String> {
    let hash = name.strip_suffix(".webp")?;
    let is_hash = hash.len() == 32 && hash.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    is_hash.then(|| format!("{FOLDER}/{name}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::pixels::tests::{coded, jpeg, photo};
    use image::{DynamicImage, ImageFormat};

    #[test]
    fn a_thumbnail_is_coded_anew_and_no_wider_than_a_card() {
        for (width, height, shown) in [(480, 360, (480, 360)), (1280, 720, (640, 360)), (100, 80, (100, 80))] {
            let made = Thumbnail::of(&jpeg(width, height)).unwrap();
            assert_eq!((made.width, made.height), shown);
            let again = inspect(&made.bytes, "x", LIMITS).unwrap();
            assert_eq!((again.format, again.width), (Format::WebP, Some(shown.0 as i32)));
            assert!(key_of(made.key().strip_prefix("embeds/").unwrap()).is_some_and(|key| key == made.key()));
        }
        let png = coded(&DynamicImage::from(photo(200, 100)), ImageFormat::Png);
        assert_eq!(Thumbnail::of(&png).map(|made| made.width), Ok(200));
    }

    #[test]
    fn what_is_no_photo_is_refused() {
        let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"><script>alert(1)</script></svg>";
        for odd in [b"".as_slice(), b"<html>", svg, b"GIF89a", &jpeg(300, 200)[..400], &jpeg(900, 10)] {
            assert!(Thumbnail::of(odd).is_err());
        }
        // A bomb: a few bytes that say they are very many pixels.
        let mut bomb = coded(&DynamicImage::from(photo(8, 8)), ImageFormat::Png);
        bomb[16..24].copy_from_slice(&[0, 0, 0x80, 0, 0, 0, 0x80, 0]);
        assert!(Thumbnail::of(&bomb).is_err());
        assert!(Thumbnail::of(&vec![0; LIMITS.bytes as usize + 1]).is_err());
    }

    #[test]
    fn only_pictures_are_reached() {
        let name = format!("{}.webp", "0a".repeat(16));
        assert_eq!(key_of(&name), Some(format!("embeds/{name}")));
        for odd in ["x.webp", "../x.webp", &name.to_uppercase(), &format!("{}.svg", "0".repeat(32)), ""] {
            assert_eq!(key_of(odd), None, "{odd}");
        }
    }
}
