//! Cuts and makes smaller, by the crate `fast_image_resize` (Lanczos, transparency weighted).

use super::Pixels;
use crate::error::AnyResult;
use fast_image_resize::{
    FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer,
    images::{Image, ImageRef},
};

/// A rectangle: left, top, width, height, in pixels.
pub(super) type Cut = (f64, f64, f64, f64);

/// All of a picture.
pub(super) fn whole(pixels: &Pixels) -> Cut {
    (0.0, 0.0, f64::from(pixels.width), f64::from(pixels.height))
}

/// What lies in a rectangle of a picture, as large as asked.
pub(super) fn resize(from: &Pixels, (left, top, width, height): Cut, to: (u32, u32)) -> AnyResult<Pixels> {
    if to == (from.width, from.height) && (left, top, width, height) == whole(from) {
        return Ok(from.clone());
    }
    let kind = if from.alpha { PixelType::U8x4 } else { PixelType::U8x3 };
    let source = ImageRef::new(from.width, from.height, &from.data, kind)?;
    let mut target = Image::new(to.0, to.1, kind);
    let options = ResizeOptions::new().crop(left, top, width, height).resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3));
    Resizer::new().resize(&source, &mut target, &options)?;
    Ok(Pixels { width: to.0, height: to.1, alpha: from.alpha, data: target.into_vec() })
}
