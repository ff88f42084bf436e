//! From pixels to the bytes that browsers read.
//!
//! The qualities are chosen so that the formats look alike at arm's length; measured on photos, AVIF then takes about half of
//! what JPEG takes. `make bench` has figures.

use super::Pixels;
use crate::{error::AnyResult, media::inspect::Format};
use image::{
    ExtendedColorType, ImageEncoder,
    codecs::{
        jpeg::JpegEncoder,
        png::{CompressionType, FilterType, PngEncoder},
    },
};
use ravif::{Img, RGBA8};

/// Qualities, each on the scale of its encoder.
const AVIF: f32 = 62.0;
const WEBP: f32 = 78.0;
const JPEG: u8 = 80;

/// Of the AVIF encoder, 1 to 10; in the slow builds that one works with, the quickest.
const SPEED: u8 = if cfg!(unoptimized) { 10 } else { 8 };

/// Codes a picture. A drawing of few colours becomes a WebP without loss, which is smaller and sharp.
pub(super) fn code(pixels: &Pixels, format: Format, few_colours: bool) -> AnyResult<Vec<u8>> {
    match format {
        Format::Avif => avif(pixels),
        Format::WebP => webp(pixels, few_colours),
        Format::Png => png(pixels),
        Format::Jpeg => jpeg(pixels),
        other => Err(format!("nothing is coded as {}", other.label()).into()),
    }
}

/// On one thread: what else the machine does goes on. Where nothing is transparent the encoder finds that out; asked for RGB alone it
/// would be compiled here once more, without optimisation.
fn avif(pixels: &Pixels) -> AnyResult<Vec<u8>> {
    let (width, height) = (pixels.width as usize, pixels.height as usize);
    let encoder = ravif::Encoder::new().with_quality(AVIF).with_alpha_quality(AVIF).with_speed(SPEED).with_num_threads(Some(1));
    let colour = |p: &[u8]| RGBA8::new(p[0], p[1], p[2], p.get(3).copied().unwrap_or(u8::MAX));
    let colours: Vec<RGBA8> = pixels.data.chunks_exact(pixels.channels()).map(colour).collect();
    Ok(encoder.encode_rgba(Img::new(&colours, width, height))?.avif_file)
}

fn webp(pixels: &Pixels, lossless: bool) -> AnyResult<Vec<u8>> {
    let encoder = if pixels.alpha {
        webp::Encoder::from_rgba(&pixels.data, pixels.width, pixels.height)
    } else {
        webp::Encoder::from_rgb(&pixels.data, pixels.width, pixels.height)
    };
    let coded = encoder.encode_simple(lossless, WEBP).map_err(|error| format!("WebP: {error:?}"))?;
    Ok(coded.to_vec())
}

fn png(pixels: &Pixels) -> AnyResult<Vec<u8>> {
    let mut bytes = Vec::new();
    let kind = if pixels.alpha { ExtendedColorType::Rgba8 } else { ExtendedColorType::Rgb8 };
    let encoder = PngEncoder::new_with_quality(&mut bytes, CompressionType::Default, FilterType::Adaptive);
    encoder.write_image(&pixels.data, pixels.width, pixels.height, kind)?;
    Ok(bytes)
}

/// Transparent parts become white: JPEG has none.
fn jpeg(pixels: &Pixels) -> AnyResult<Vec<u8>> {
    let mut bytes = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut bytes, JPEG);
    if pixels.alpha {
        let over_white =
            |colour: u8, alpha: u8| (u32::from(colour) * u32::from(alpha) + 255 * (255 - u32::from(alpha))).div_ceil(255) as u8;
        let flat: Vec<u8> = pixels.data.chunks_exact(4).flat_map(|p| [p[0], p[1], p[2]].map(|colour| over_white(colour, p[3]))).collect();
        encoder.write_image(&flat, pixels.width, pixels.height, ExtendedColorType::Rgb8)?;
    } else {
        encoder.write_image(&pixels.data, pixels.width, pixels.height, ExtendedColorType::Rgb8)?;
    }
    Ok(bytes)
}
