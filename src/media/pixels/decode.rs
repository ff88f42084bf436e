//! From the bytes of a JPEG, PNG or WebP to pixels.

use super::{Pixels, colour};
use crate::{error::AnyResult, media::inspect::Format};
use image::{
    DynamicImage, ImageDecoder, Limits,
    codecs::{jpeg::JpegDecoder, png::PngDecoder, webp::WebPDecoder},
};
use std::{collections::HashSet, io::Cursor};

/// Pixels above which nothing is decoded, whatever the settings say: half a gigabyte of memory.
pub const MOST: u64 = 120_000_000;

/// Decodes a picture into sRGB.
pub(super) fn decode(bytes: &[u8], format: Format) -> AnyResult<Pixels> {
    match format {
        Format::Jpeg => from(JpegDecoder::new(Cursor::new(bytes))?),
        Format::Png => from(PngDecoder::new(Cursor::new(bytes))?),
        Format::WebP => from(WebPDecoder::new(Cursor::new(bytes))?),
        other => Err(format!("{} is not decoded", other.label()).into()),
    }
}

fn from(mut decoder: impl ImageDecoder) -> AnyResult<Pixels> {
    let (width, height) = decoder.dimensions();
    let area = u64::from(width) * u64::from(height);
    if area > MOST {
        return Err(format!("{width} × {height} pixels are too many to decode").into());
    }
    let mut limits = Limits::default();
    limits.max_alloc = Some(area * 16 + 16_000_000);
    decoder.set_limits(limits)?;
    let profile = decoder.icc_profile().ok().flatten();
    let picture = DynamicImage::from_decoder(decoder)?;
    let mut pixels = flat(picture, width, height);
    if let Some(profile) = profile {
        colour::to_srgb(&mut pixels, &profile);
    }
    Ok(pixels)
}

/// Eight bits a channel; transparency only where something is transparent.
fn flat(picture: DynamicImage, width: u32, height: u32) -> Pixels {
    let has_alpha = picture.color().has_alpha();
    if !has_alpha {
        return Pixels { width, height, alpha: false, data: picture.into_rgb8().into_raw() };
    }
    let data = picture.into_rgba8().into_raw();
    if data.chunks_exact(4).any(|pixel| pixel[3] != 255) {
        return Pixels { width, height, alpha: true, data };
    }
    let data = data.chunks_exact(4).flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect();
    Pixels { width, height, alpha: false, data }
}

/// Whether it is a drawing rather than a photo: at most 256 colours in some ten thousand of its pixels.
pub(super) fn has_few_colours(pixels: &Pixels) -> bool {
    let step = (pixels.data.len() / pixels.channels() / 10_000).max(1);
    let mut colours = HashSet::new();
    pixels.data.chunks_exact(pixels.channels()).step_by(step).all(|pixel| {
        colours.insert(pixel);
        colours.len() <= 256
    })
}
