//! Colour profiles (ICC.1): renditions are sRGB, which every screen shows right and which need carry no profile.

use super::Pixels;
use moxcms::{ColorProfile, DataColorSpace, Layout, TransformOptions};

/// Brings the pixels from the profile's colours into sRGB, row by row. A profile that cannot be read, or that is of no RGB
/// picture, changes nothing: browsers do the same.
pub(super) fn to_srgb(pixels: &mut Pixels, profile: &[u8]) {
    let Ok(profile) = ColorProfile::new_from_slice(profile) else { return };
    if profile.color_space != DataColorSpace::Rgb {
        return;
    }
    let layout = if pixels.alpha { Layout::Rgba } else { Layout::Rgb };
    let Ok(transform) = profile.create_transform_8bit(layout, &ColorProfile::new_srgb(), layout, TransformOptions::default()) else {
        return;
    };
    let length = pixels.width as usize * pixels.channels();
    let mut before = vec![0; length];
    for row in pixels.data.chunks_exact_mut(length) {
        before.copy_from_slice(row);
        if transform.transform(&before, row).is_err() {
            row.copy_from_slice(&before);
        }
    }
}
