//! Turns a picture as the camera was held, now that the note about that is gone.
//!
//! Its pixels are coded anew, and only then: JPEG and lossy WebP at a quality that shows no difference, the others without loss.
//! The colour profile is kept. Animations stay as they are. This is the one place where an upload is decoded, so a bomb is refused
//! here by its density, and large pictures wait for each other.

use super::{Format, Measured, bytes::Reader};
use image::{
    DynamicImage, ExtendedColorType, ImageDecoder, ImageEncoder, ImageResult, Limits,
    codecs::{
        jpeg::{JpegDecoder, JpegEncoder},
        png::{PngDecoder, PngEncoder},
        webp::{WebPDecoder, WebPEncoder},
    },
};
use std::{io::Cursor, sync::Mutex};

/// Of a picture that is coded once more: above this, files grow and nobody sees why.
const QUALITY: u8 = 93;

/// Pixels for each byte, above which no camera has made a picture: theirs have 20 at most, a JPEG of one colour has 64.
const DENSEST: u64 = 200;
/// Pictures of fewer pixels cost nothing that matters.
const SMALL: u64 = 1_000_000;

/// One at a time: decoded and turned, a picture takes some seven bytes for each pixel.
static TURNING: Mutex<()> = Mutex::new(());

/// Why a picture is not turned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unturned {
    /// It cannot be decoded.
    Damaged,
    /// It would be decoded into very much more than it is.
    Bomb,
}

/// The picture upright.
pub(super) fn turned(found: Measured, format: Format) -> Result<Measured, Unturned> {
    let Some(orientation) = found.orientation.filter(|_| found.frames == 1) else { return Ok(found) };
    let before = found.bytes.as_deref().ok_or(Unturned::Damaged)?;
    let pixels = u64::from(found.width) * u64::from(found.height);
    if pixels > SMALL && pixels / (before.len() as u64).max(1) > DENSEST {
        return Err(Unturned::Bomb);
    }
    let _alone = TURNING.lock();
    let (mut picture, profile) = decoded(before, format, found.width, found.height).map_err(|_| Unturned::Damaged)?;
    picture.apply_orientation(orientation);
    let bytes = coded(&picture, format, profile, before).ok().flatten().ok_or(Unturned::Damaged)?;
    Ok(Measured { width: picture.width(), height: picture.height(), bytes: Some(bytes), orientation: None, ..found })
}

fn decoded(bytes: &[u8], format: Format, width: u32, height: u32) -> ImageResult<(DynamicImage, Option<Vec<u8>>)> {
    match format {
        Format::Png => from(PngDecoder::new(Cursor::new(bytes))?, width, height),
        Format::WebP => from(WebPDecoder::new(Cursor::new(bytes))?, width, height),
        _ => from(JpegDecoder::new(Cursor::new(bytes))?, width, height),
    }
}

/// The pixels and the colour profile. A decoder may use as much memory as the header said, twice over.
fn from(mut decoder: impl ImageDecoder, width: u32, height: u32) -> ImageResult<(DynamicImage, Option<Vec<u8>>)> {
    let mut limits = Limits::default();
    limits.max_alloc = Some(u64::from(width) * u64::from(height) * 16 + 16_000_000);
    decoder.set_limits(limits)?;
    let profile = decoder.icc_profile()?;
    Ok((DynamicImage::from_decoder(decoder)?, profile))
}

fn coded(picture: &DynamicImage, format: Format, profile: Option<Vec<u8>>, before: &[u8]) -> ImageResult<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    match format {
        Format::Png => written(PngEncoder::new(&mut bytes), picture, profile)?,
        Format::WebP if !is_lossless(before) => return Ok(lossy_webp(picture)),
        Format::WebP => written(WebPEncoder::new_lossless(&mut bytes), picture, profile)?,
        _ => written(JpegEncoder::new_with_quality(&mut bytes, QUALITY), picture, profile)?,
    }
    Ok(Some(bytes))
}

fn written(mut encoder: impl ImageEncoder, picture: &DynamicImage, profile: Option<Vec<u8>>) -> ImageResult<()> {
    if let Some(profile) = profile {
        // An encoder that has no place for it leaves colours a little off, no more.
        let _ = encoder.set_icc_profile(profile);
    }
    encoder.write_image(picture.as_bytes(), picture.width(), picture.height(), ExtendedColorType::from(picture.color()))
}

fn is_lossless(webp: &[u8]) -> bool {
    let mut reader = Reader::new(webp.get(12..).unwrap_or_default());
    while let (Some(name), Some(length)) = (reader.take(4), reader.little(4)) {
        if name == b"VP8L" || name == b"VP8 " {
            return name == b"VP8L";
        }
        if reader.take(length as usize + (length % 2) as usize).is_none() {
            break;
        }
    }
    false
}

fn lossy_webp(picture: &DynamicImage) -> Option<Vec<u8>> {
    let (width, height) = (picture.width(), picture.height());
    let pixels = picture.to_rgba8();
    let coded = webp::Encoder::from_rgba(&pixels, width, height).encode_simple(false, f32::from(QUALITY));
    coded.ok().map(|memory| memory.to_vec())
}
