//! Cuts pictures and makes them smaller, by the crate `fast_image_resize` (Lanczos, transparency weighted).
//!
//! A package of its own, `crates/scale`: the crate is compiled for the kinds of pixels with which it is called, at the place of the
//! call, and is slow where that is not optimised. Start at [`scale`].

use fast_image_resize::{
    FilterType, PixelTrait, ResizeAlg, ResizeOptions, Resizer,
    images::{TypedImage, TypedImageRef},
    pixels::{U8x3, U8x4},
};
use std::error::Error;

/// Pixels of a picture, row by row: red, green, blue, and where some of it is transparent a fourth byte for that.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// Whether there are four bytes a pixel instead of three.
    pub alpha: bool,
    /// All of them.
    pub data: &'a [u8],
}

/// A rectangle: left, top, width, height, in pixels.
pub type Cut = (f64, f64, f64, f64);

/// What lies in a rectangle of a picture, as large as asked: bytes as in [`Source`]. An error where bytes are missing.
pub fn scale(source: &Source<'_>, cut: Cut, to: (u32, u32)) -> Result<Vec<u8>, Box<dyn Error + Send + Sync>> {
    if source.alpha { of::<U8x4>(source, cut, to, 4) } else { of::<U8x3>(source, cut, to, 3) }
}

fn of<P: PixelTrait>(
    source: &Source<'_>,
    (left, top, wide, high): Cut,
    (width, height): (u32, u32),
    channels: usize,
) -> Result<Vec<u8>, Box<dyn Error + Send + Sync>> {
    let options = ResizeOptions::new().crop(left, top, wide, high).resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3));
    let from = TypedImageRef::<P>::from_buffer(source.width, source.height, source.data)?;
    let mut data = vec![0; width as usize * height as usize * channels];
    let mut target = TypedImage::<P>::from_buffer(width, height, &mut data)?;
    Resizer::new().resize_typed(&from, &mut target, &options)?;
    Ok(data)
}
