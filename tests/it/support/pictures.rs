//! Pictures drawn for tests: nobody's photos.

use image::{DynamicImage, ImageFormat, RgbImage};
use std::io::Cursor;

/// Something like sky, land and grain; its left quarter is red at the top.
pub fn photo(width: u32, height: u32) -> DynamicImage {
    let mut grain = 1_u32;
    let picture = RgbImage::from_fn(width, height, |x, y| {
        grain = grain.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let noise = (grain >> 28) as f32;
        let (across, down) = (x as f32 / width as f32, y as f32 / height as f32);
        if across < 0.25 && down < 0.25 {
            return image::Rgb([220, 20, 20]);
        }
        let wave = ((across * 40.0).sin() * (down * 25.0).cos() * 30.0).abs();
        image::Rgb([(40.0 + down * 120.0 + noise) as u8, (90.0 + across * 90.0 + wave) as u8, (200.0 - down * 150.0 + noise) as u8])
    });
    picture.into()
}

pub fn jpeg(width: u32, height: u32) -> Vec<u8> {
    coded(&photo(width, height), ImageFormat::Jpeg)
}

pub fn png(width: u32, height: u32) -> Vec<u8> {
    coded(&photo(width, height), ImageFormat::Png)
}

pub fn coded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Vec::new();
    picture.write_to(&mut Cursor::new(&mut bytes), format).unwrap();
    bytes
}

/// A GIF of so many bytes, more or less.
pub fn heavy_gif(bytes: usize) -> Vec<u8> {
    let mut gif = b"GIF89a\x40\x01\xf0\x00\x00\x00\x00\x2c\0\0\0\0\x40\x01\xf0\0\0\x02".to_vec();
    for _ in 0..bytes / 256 {
        gif.push(255);
        gif.resize(gif.len() + 255, 0);
    }
    gif.extend(b"\0\x3b");
    gif
}
