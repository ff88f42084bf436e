//! Cuts and makes smaller.

use super::Pixels;
use crate::error::AnyResult;
use mainstay_scale::{Cut, Source, scale};

/// All of a picture.
pub(super) fn whole(pixels: &Pixels) -> Cut {
    (0.0, 0.0, f64::from(pixels.width), f64::from(pixels.height))
}

/// What lies in a rectangle of a picture, as large as asked.
pub(super) fn resize(from: &Pixels, cut: Cut, to: (u32, u32)) -> AnyResult<Pixels> {
    if to == (from.width, from.height) && cut == whole(from) {
        return Ok(from.clone());
    }
    let source = Source { width: from.width, height: from.height, alpha: from.alpha, data: &from.data };
    Ok(Pixels { width: to.0, height: to.1, alpha: from.alpha, data: scale(&source, cut, to)? })
}
