//! Something like a photo, to measure renditions of: a sky, hills with edges, leaves, and the grain of a camera.

use image::{ExtendedColorType, ImageEncoder, Rgb, RgbImage, codecs::jpeg::JpegEncoder};
use std::{error::Error, fs::File, io::BufWriter};

/// Draws it and writes it as JPEG of quality 90, as cameras do.
pub fn draw(width: u32, height: u32, file: &str) -> Result<(), Box<dyn Error>> {
    let mut grain = 1_u32;
    let picture = RgbImage::from_fn(width, height, |x, y| {
        grain = grain.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        colour(x as f32 / width as f32, y as f32 / height as f32, (grain >> 27) as f32 - 16.0)
    });
    let encoder = JpegEncoder::new_with_quality(BufWriter::new(File::create(file)?), 90);
    encoder.write_image(&picture, width, height, ExtendedColorType::Rgb8)?;
    Ok(())
}

fn colour(across: f32, down: f32, grain: f32) -> Rgb<u8> {
    let hill = 0.45 + 0.1 * (across * 9.0).sin() + 0.03 * (across * 31.0).sin();
    let leaves = (across * 900.0).sin() * (down * 700.0).cos() * 28.0 + (across * 211.0 + down * 97.0).sin() * 22.0;
    let [red, green, blue] = if down < hill {
        [90.0 + 110.0 * down, 140.0 + 90.0 * down, 235.0 - 40.0 * down]
    } else {
        let shade = 1.0 - (down - hill);
        [70.0 * shade + leaves * 0.6, 110.0 * shade + leaves, 45.0 * shade + leaves * 0.4]
    };
    Rgb([red, green, blue].map(|channel| (channel + grain * 0.5).clamp(0.0, 255.0) as u8))
}
