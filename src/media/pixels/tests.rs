//! Pictures drawn for tests, and what becomes of them.

use super::{Crop, Focus, Plan, Spec, render};
use crate::media::inspect::{Format, Limits, inspect};
use image::{ColorType, DynamicImage, ExtendedColorType, ImageEncoder, RgbImage, RgbaImage, codecs::jpeg::JpegEncoder, load_from_memory};
use std::io::Cursor;

/// A picture with something like the sky, the land and the noise of a photo; its left upper corner is red.
pub(crate) fn photo(width: u32, height: u32) -> RgbImage {
    let mut noise = 1_u32;
    RgbImage::from_fn(width, height, |x, y| {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let grain = (noise >> 28) as f32;
        let (across, down) = (x as f32 / width as f32, y as f32 / height as f32);
        if across < 0.25 && down < 0.25 {
            return image::Rgb([220, 20, 20]);
        }
        let wave = ((across * 40.0).sin() * (down * 25.0).cos() * 30.0).abs();
        image::Rgb([(40.0 + down * 120.0 + grain) as u8, (90.0 + across * 90.0 + wave) as u8, (200.0 - down * 150.0 + grain) as u8])
    })
}

pub(crate) fn jpeg(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut bytes, 88);
    encoder.write_image(&photo(width, height), width, height, ExtendedColorType::Rgb8).unwrap();
    bytes
}

pub(crate) fn coded(picture: &DynamicImage, format: image::ImageFormat) -> Vec<u8> {
    let mut bytes = Vec::new();
    picture.write_to(&mut Cursor::new(&mut bytes), format).unwrap();
    bytes
}

fn renditions(bytes: &[u8], focus: Focus) -> (Plan, Vec<(Spec, Vec<u8>)>) {
    let found = inspect(bytes, "photo", Limits::default()).unwrap();
    let plan = Plan::of(found.format, found.width.unwrap(), found.height.unwrap(), found.frames.unwrap(), focus).unwrap();
    let mut all = Vec::new();
    let keep = |spec: &Spec, bytes| {
        all.push((*spec, bytes));
        Ok(())
    };
    render(&found.bytes, found.format, &plan, |_| true, keep).unwrap();
    (plan, all)
}

#[test]
fn a_photo_has_every_rendition_in_its_size_and_format() {
    let (plan, made) = renditions(&jpeg(330, 240), Focus::default());
    assert_eq!(made.len(), plan.all().len());
    for (spec, bytes) in &made {
        let found = inspect(bytes, "x", Limits::default()).unwrap();
        assert_eq!((found.format, found.width, found.height), (spec.format, Some(spec.width as i32), Some(spec.height as i32)), "{spec:?}");
        assert_eq!(found.bytes.as_ref(), bytes.as_slice(), "nothing is in it that would be stripped: {spec:?}");
    }
    let weight = |format| {
        made.iter().filter(|(spec, _)| spec.crop == Crop::Whole && spec.format == format).map(|(_, bytes)| bytes.len()).sum::<usize>()
    };
    assert!(weight(Format::Avif) < weight(Format::Jpeg), "{} {}", weight(Format::Avif), weight(Format::Jpeg));
    assert!(weight(Format::WebP) < weight(Format::Jpeg), "{} {}", weight(Format::WebP), weight(Format::Jpeg));
}

#[test]
fn a_crop_shows_what_the_focal_point_says() {
    let red = |focus| {
        let (_, made) = renditions(&jpeg(240, 80), focus);
        let (_, bytes) = made.iter().find(|(spec, _)| spec.crop == Crop::Card && spec.format == Format::Jpeg).unwrap();
        let card = load_from_memory(bytes).unwrap().into_rgb8();
        let corner = card.get_pixel(4, 4);
        corner[0] > 180 && corner[1] < 90
    };
    assert!(red(Focus { x: 0, y: 500 }));
    assert!(!red(Focus { x: 1000, y: 500 }));
}

#[test]
fn transparency_stays_but_for_previews_elsewhere() {
    let picture = RgbaImage::from_fn(200, 150, |x, y| {
        image::Rgba([(x % 256) as u8, (y % 256) as u8, ((x * y) % 256) as u8, if x < 100 { 0 } else { 255 }])
    });
    let (_, made) = renditions(&coded(&picture.into(), image::ImageFormat::Png), Focus::default());
    let of = |crop, format| &made.iter().find(|(spec, _)| spec.crop == crop && spec.format == format).unwrap().1;
    assert_eq!(load_from_memory(of(Crop::Whole, Format::Png)).unwrap().into_rgba8().get_pixel(3, 3)[3], 0);
    assert_eq!(load_from_memory(of(Crop::Whole, Format::WebP)).unwrap().into_rgba8().get_pixel(3, 3)[3], 0);
    let share = load_from_memory(of(Crop::Share, Format::Jpeg)).unwrap();
    assert_eq!(share.color(), ColorType::Rgb8);
    assert!(share.into_rgb8().get_pixel(3, 3).0.iter().all(|channel| *channel > 245), "white behind it");
}

#[test]
fn a_drawing_of_few_colours_is_kept_sharp() {
    let picture = RgbImage::from_fn(160, 120, |x, _| if (x / 8) % 2 == 0 { image::Rgb([0, 0, 0]) } else { image::Rgb([255, 255, 0]) });
    let (_, made) = renditions(&coded(&picture.clone().into(), image::ImageFormat::Png), Focus::default());
    let webp = &made.iter().find(|(spec, _)| spec.crop == Crop::Whole && spec.format == Format::WebP).unwrap().1;
    assert_eq!(load_from_memory(webp).unwrap().into_rgb8(), picture);
}

#[test]
fn what_is_made_already_is_not_made_again() {
    let bytes = jpeg(340, 230);
    let plan = Plan::of(Format::Jpeg, 340, 230, 1, Focus::default()).unwrap();
    let mut made = Vec::new();
    let wanted = |spec: &Spec| spec.format == Format::Jpeg && spec.width == 320;
    let keep = |spec: &Spec, _| {
        made.push(plan.name(spec));
        Ok(())
    };
    render(&bytes, Format::Jpeg, &plan, wanted, keep).unwrap();
    assert_eq!(made, ["320.jpg", "card-500-500-320.jpg"]);
}

#[test]
fn damage_is_an_error_and_no_panic() {
    let bytes = jpeg(300, 200);
    let plan = Plan::of(Format::Jpeg, 300, 200, 1, Focus::default()).unwrap();
    for end in [0, 2, 100, 400] {
        assert!(render(&bytes[..end], Format::Jpeg, &plan, |_| true, |_, _| Ok(())).is_err());
    }
    let other = Plan { width: 30, ..plan };
    assert!(render(&bytes, Format::Jpeg, &other, |_| true, |_, _| Ok(())).is_err(), "another picture lies there now");
}
