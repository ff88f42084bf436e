//! Files as people upload them, and as nobody should.

use super::{Format, Inspected, Limits, Refusal, inspect};
use crate::media::pixels::tests::{coded, jpeg, photo};
use image::{DynamicImage, ImageFormat, load_from_memory};
use std::time::{Duration, Instant};

/// The smallest film.
const FILM: &[u8] = b"\0\0\0\x10ftypisom\0\0\0\0\0\0\0\x08moov";

fn take<'a>(bytes: &'a [u8], name: &str) -> Inspected<'a> {
    inspect(bytes, name, Limits::default()).unwrap()
}

fn refusal(bytes: &[u8], name: &str) -> String {
    let Err(Refusal(sentence)) = inspect(bytes, name, Limits::default()) else { panic!("{name} was taken") };
    sentence
}

fn holds(bytes: &[u8], words: &[u8]) -> bool {
    bytes.windows(words.len()).any(|some| some == words)
}

/// EXIF with this orientation, and a place on earth in a note.
fn exif(orientation: u8) -> Vec<u8> {
    let mut exif = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    exif.extend([orientation, 0, 0, 0, 0, 0, 0, 0]);
    exif.extend(b"GPS 52.5N 13.4E");
    exif
}

/// A JPEG with another segment behind its beginning.
fn with_segment(jpeg: &[u8], marker: u8, body: &[u8]) -> Vec<u8> {
    let mut bytes = jpeg[..2].to_vec();
    bytes.extend([0xff, marker]);
    bytes.extend((body.len() as u16 + 2).to_be_bytes());
    bytes.extend(body);
    bytes.extend(&jpeg[2..]);
    bytes
}

fn chunk(name: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let mut crc = flate2::Crc::new();
    crc.update(name);
    crc.update(body);
    [&(body.len() as u32).to_be_bytes()[..], name, body, &crc.sum().to_be_bytes()].concat()
}

/// A PNG with more chunks behind its header.
fn with_chunks(png: &[u8], chunks: &[Vec<u8>]) -> Vec<u8> {
    [&png[..33], &chunks.concat(), &png[33..]].concat()
}

#[test]
fn every_kind_is_known_by_its_content_and_named_by_it() {
    let picture: DynamicImage = photo(64, 48).into();
    for (bytes, format, size) in [
        (jpeg(64, 48), Format::Jpeg, Some((64, 48))),
        (coded(&picture, ImageFormat::Png), Format::Png, Some((64, 48))),
        (coded(&picture, ImageFormat::Gif), Format::Gif, Some((64, 48))),
        (coded(&picture, ImageFormat::WebP), Format::WebP, Some((64, 48))),
        (b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 30 20'><path d='M0 0'/></svg>".to_vec(), Format::Svg, Some((30, 20))),
        (b"%PDF-1.7 and so on".to_vec(), Format::Pdf, None),
        (b"ID3\x04\0\0\0\0\0\0sound".to_vec(), Format::Mp3, None),
        (FILM.to_vec(), Format::Mp4, None),
        (b"PK\x05\x06\0\0".to_vec(), Format::Zip, None),
        ("Grüße \u{1f680}".as_bytes().to_vec(), Format::Text, None),
    ] {
        let found = take(&bytes, "\u{1f680} name.xyz");
        assert_eq!((found.format, found.served_as, found.width.zip(found.height)), (format, format.content_type(), size));
        assert_eq!((found.name, found.ending.as_str()), (format!("\u{1f680} name.{}", format.endings()[0]), format.endings()[0]));
    }
    assert_eq!(take(b"a,b\n1,2", "Figures.CSV").format, Format::Csv);
}

#[test]
fn what_is_not_taken_is_told_why_and_what_to_do() {
    let too_large = vec![b'a'; 20_000_001];
    let utf_16 = [0xff, 0xfe, b'a', 0];
    for (bytes, name, sentence) in [
        (&b""[..], "empty.png", "It is empty: it has 0 bytes. Choose it again."),
        (&too_large, "long.txt", "It has 20.1 MB; files of up to 20 MB are taken. Make it smaller and upload it again."),
        (b"\x7fELF\x02\x01\x01\0", "holiday.jpg", "It is of no kind that is taken. Taken are pictures (JPEG,"),
        (b"MZ\x90\0\x03", "\u{1f680}.png", "It is of no kind"),
        (&utf_16, "old.txt", "It is of no kind"),
        (b"gr\xfc\xdfe", "latin.txt", "It is text, but not in UTF-8. Save it as UTF-8 and upload that."),
        (b"PK\x03\x04....", "letter.docx", "It is a document of another program. Save it as PDF"),
        (b"\xff\xd8\xff\xe0\0\x04ab", "cut.jpg", "It begins as JPEG does, but is damaged or breaks off. Save it anew"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\x0d", "cut.png", "It begins as PNG does"),
        (b"GIF89a\x01\0", "cut.gif", "It begins as GIF does"),
        (b"RIFF\x04\0\0\0WEBP", "cut.webp", "It begins as WebP does"),
        (b"\0\0\0\x10ftypavif\0\0\0\0", "cut.avif", "It begins as AVIF does"),
        (b"\0\0\0\x10ftypisom\0\0\0\0", "cut.mp4", "It begins as MP4 does"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><g>", "cut.svg", "It begins as SVG does"),
        (b"<svg xmlns='urn:other'/>", "none.svg", "It begins as SVG does"),
    ] {
        let told = refusal(bytes, name);
        assert!(told.starts_with(sentence), "{told}");
    }
}

#[test]
fn pictures_break_off_at_any_byte_without_a_panic() {
    let picture: DynamicImage = photo(16, 16).into();
    let mut all: Vec<Vec<u8>> = [ImageFormat::Png, ImageFormat::Gif, ImageFormat::WebP].map(|format| coded(&picture, format)).to_vec();
    all.extend([with_segment(&jpeg(16, 16), 0xe1, &[b"Exif\0\0", &exif(6)[..]].concat()), avif()]);
    for bytes in all {
        for end in 0..bytes.len() {
            let _ = inspect(&bytes[..end], "x", Limits::default());
        }
        for place in 0..bytes.len().min(400) {
            let mut other = bytes.clone();
            other[place] ^= 0xff;
            let _ = inspect(&other, "x", Limits::default());
        }
    }
}

#[test]
fn a_bomb_costs_no_more_than_a_refusal() {
    let mut png = coded(&photo(8, 8).into(), ImageFormat::Png);
    png[16..24].copy_from_slice(&[0, 0, 0xc3, 0x50, 0, 0, 0xc3, 0x50]); // 50,000 × 50,000
    let mut large = jpeg(8, 8);
    let frame = large.windows(2).position(|two| two == [0xff, 0xc0]).unwrap();
    large[frame + 5..frame + 9].copy_from_slice(&[0xff, 0xff, 0xff, 0xff]);
    let mut gif = b"GIF89a\xe8\x03\xe8\x03\0\0\0".to_vec(); // a megapixel, a thousand times
    for _ in 0..1000 {
        gif.extend(b"\x2c\0\0\0\0\xe8\x03\xe8\x03\0\x02\x01\x44\0");
    }
    let inflated = coded(&photo(8, 8).into(), ImageFormat::Png);
    let inflated = with_chunks(&inflated, &[chunk(b"acTL", &[0, 0x1e, 0x84, 0x80, 0, 0, 0, 0])]); // two million frames
    let mut turned = with_segment(&jpeg(8, 8), 0xe1, &[b"Exif\0\0", &exif(6)[..]].concat()); // decoded, it would be 270 MB
    let frame = turned.windows(2).position(|two| two == [0xff, 0xc0]).unwrap();
    turned[frame + 5..frame + 9].copy_from_slice(&[0x23, 0x28, 0x27, 0x10]); // 10,000 × 9,000
    let began = Instant::now();
    for (bytes, sentence) in [
        (turned, "It lies on its side, and has very many pixels for so few bytes."),
        (png, "It has 50,000 × 50,000 pixels, 2,500 megapixels in all; up to 100 are taken. Make it smaller and upload it again."),
        (large, "It has 65,535 × 65,535 pixels, 4,294 megapixels in all"),
        (gif, "It has 1,000 × 1,000 pixels in 1,000 frames, 1,000 megapixels in all"),
        (inflated, "It has 8 × 8 pixels in 2,000,000 frames, 128 megapixels in all"),
    ] {
        let told = refusal(&bytes, "bomb");
        assert!(told.starts_with(sentence), "{told}");
    }
    assert!(began.elapsed() < Duration::from_millis(500), "nothing is decoded: {:?}", began.elapsed());
}

#[test]
fn entities_do_not_explode() {
    let mut bomb = "<!DOCTYPE svg [<!ENTITY a0 \"lol\">".to_owned();
    for level in 1..12 {
        bomb.push_str(&format!("<!ENTITY a{level} \"{}\">", format!("&a{};", level - 1).repeat(10)));
    }
    bomb.push_str("]><svg xmlns='http://www.w3.org/2000/svg'><text>&a11;</text></svg>");
    let began = Instant::now();
    assert!(refusal(bomb.as_bytes(), "lol.svg").contains("damaged"));
    assert!(began.elapsed() < Duration::from_secs(2));
    let outside = b"<!DOCTYPE svg [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><svg xmlns='http://www.w3.org/2000/svg'><text>&x;</text></svg>";
    if let Ok(found) = inspect(outside, "x.svg", Limits::default()) {
        assert!(!holds(&found.bytes, b"root"));
    }
}

#[test]
fn notes_of_the_camera_are_gone_and_the_picture_stands_upright() {
    let plain = jpeg(60, 40);
    let mut noted = with_segment(&plain, 0xe1, &[b"Exif\0\0", &exif(1)[..]].concat());
    noted = with_segment(&noted, 0xe1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>GPS</x:xmpmeta>");
    noted = with_segment(&noted, 0xfe, b"GPS in a comment");
    noted = with_segment(&noted, 0xed, b"Photoshop 3.0\0GPS");
    noted.extend(b"behind the end: a film with GPS");
    assert_eq!(take(&noted, "a.jpg").bytes.as_ref(), plain.as_slice(), "the picture itself is the same to the byte");

    let turned = with_segment(&plain, 0xe1, &[b"Exif\0\0", &exif(6)[..]].concat());
    let found = take(&turned, "a.jpg");
    assert_eq!((found.width, found.height), (Some(40), Some(60)));
    assert!(!holds(&found.bytes, b"GPS") && !holds(&found.bytes, b"Exif"));
    let upright = load_from_memory(&found.bytes).unwrap().into_rgb8();
    assert_eq!(upright.dimensions(), (40, 60));
    let corner = upright.get_pixel(37, 3);
    assert!(corner[0] > 180 && corner[1] < 90, "the red corner is at the right now: {corner:?}");
}

#[test]
fn notes_in_png_webp_gif_and_avif_are_gone() {
    let picture: DynamicImage = photo(60, 40).into();
    let plain = coded(&picture, ImageFormat::Png);
    let noted =
        with_chunks(&plain, &[chunk(b"tEXt", b"Comment\0GPS"), chunk(b"eXIf", &exif(1)), chunk(b"iTXt", b"XML:com.adobe.xmp\0GPS")]);
    assert_eq!(take(&[&noted[..], b"GPS"].concat(), "a.png").bytes.as_ref(), plain.as_slice());
    let turned = with_chunks(&plain, &[chunk(b"eXIf", &exif(8))]);
    let found = take(&turned, "a.png");
    assert_eq!((found.width, found.height), (Some(40), Some(60)));
    assert!(load_from_memory(&found.bytes).unwrap().into_rgb8() == picture.rotate270().into_rgb8(), "without loss");

    let mut webp = coded(&picture, ImageFormat::WebP);
    let data = webp.split_off(12);
    let note = exif(3);
    let extended = [
        &b"VP8X\x0a\0\0\0\x0c\0\0\0\x3b\0\0\x27\0\0"[..],
        &data,
        b"EXIF",
        &(note.len() as u32).to_le_bytes(),
        &note,
        &b"\0"[..note.len() % 2],
    ]
    .concat();
    webp[4..8].copy_from_slice(&(extended.len() as u32 + 4).to_le_bytes());
    let found = take(&[webp, extended].concat(), "a.webp").bytes.into_owned();
    assert!(!holds(&found, b"GPS") && !holds(&found, b"EXIF"));
    assert!(load_from_memory(&found).unwrap().into_rgb8() == picture.rotate180().into_rgb8(), "without loss");

    let mut gif = coded(&picture, ImageFormat::Gif);
    let end = gif.pop();
    gif.extend(b"\x21\xfe\x0bGPS comment\0\x21\xff\x0bXMP DataXMP\x03GPS\0");
    gif.extend(end);
    gif.extend(b"GPS");
    let found = take(&gif, "a.gif");
    assert!(!holds(&found.bytes, b"GPS") && found.frames == Some(1));
    assert!(load_from_memory(&found.bytes).is_ok());

    let found = avif();
    let found = take(&found, "a.avif");
    assert_eq!((found.width, found.height), (Some(40), Some(30)));
    assert!(!holds(&found.bytes, b"GPS"));
}

/// An AVIF with EXIF.
fn avif() -> Vec<u8> {
    let pixels = vec![ravif::RGB8::new(90, 120, 30); 40 * 30];
    let encoder = ravif::Encoder::new().with_speed(10).with_exif([&b"\0\0\0\0"[..], &exif(1)].concat());
    let file = encoder.encode_rgb(ravif::Img::new(&pixels, 40, 30)).unwrap().avif_file;
    assert!(holds(&file, b"GPS"));
    file
}

#[test]
fn films_forget_where_they_were_taken() {
    let place = b"\0\0\0\x17udta\0\0\0\x0f\xa9xyz+52.5+1";
    let film = [&b"\0\0\0\x10ftypisom\0\0\0\0"[..], b"\0\0\0\x1fmoov", place, b"\0\0\0\x0bmdat..."].concat();
    let found = take(&film, "a.mp4").bytes.into_owned();
    assert_eq!((found.len(), holds(&found, b"+52.5"), holds(&found, b"free"), holds(&found, b"mdat...")), (film.len(), false, true, true));
}

#[test]
fn colour_profiles_stay() {
    let profiled = with_segment(&jpeg(20, 20), 0xe2, b"ICC_PROFILE\0\x01\x01profile");
    assert!(holds(&take(&profiled, "a.jpg").bytes, b"ICC_PROFILE\0\x01\x01profile"));
}

#[test]
fn drawings_hold_no_scripts_and_name_no_other_host() {
    let drawing =
        br##"<?xml version="1.0"?><!DOCTYPE svg><svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"
        width="40" height="30" onload="alert(1)">
        <script>alert(2)</script><foreignObject><body xmlns="http://www.w3.org/1999/xhtml"><iframe src="x"/></body></foreignObject>
        <style>@import url(https://evil.example/a.css); .a { fill: url(https://evil.example/b.svg#c) }</style>
        <a xlink:href="javascript:alert(3)"><text onclick="alert(4)">Words</text></a>
        <image href="https://evil.example/pixel.png"/><use xlink:href="data:image/svg+xml;base64,PHN2Zz4="/>
        <animate attributeName="href" to="javascript:alert(5)"/><set attributeName="onload" to="alert(6)"/>
        <circle class="a" r="5"/></svg>"##;
    let found = take(drawing, "drawing.svg");
    let text = std::str::from_utf8(&found.bytes).unwrap();
    // What an animation would set may stay, since it names no attribute any more; so may the rest of an `@import`, which is no rule.
    for bad in [
        "script>",
        "alert(1)",
        "alert(2)",
        "alert(3)",
        "alert(4)",
        "foreignObject",
        "iframe",
        "@import",
        "url(http",
        "href=\"http",
        "attributeName",
        "onload",
        "onclick",
        "data:image/svg",
    ] {
        assert!(!text.contains(bad), "{bad}: {text}");
    }
    assert!(text.contains("Words") && text.contains("circle"));
    assert_eq!((found.width, found.height), (Some(40), Some(30)));
}

#[test]
fn a_file_that_is_two_things_is_served_as_the_one_it_begins_as() {
    let page = b"<script>alert(1)</script>";
    let gif = coded(&photo(8, 8).into(), ImageFormat::Gif);
    let found = take(&[&gif[..], page, b"PK\x03\x04"].concat(), "a.html").bytes.into_owned();
    assert!(!holds(&found, page), "what stands behind the picture is gone");
    let noted = with_segment(&jpeg(8, 8), 0xfe, page);
    assert!(!holds(&take(&noted, "a.html").bytes, page));
    let text = take(b"<html><script>alert(1)</script></html>", "index.html");
    assert_eq!((text.format.content_type(), text.name.as_str()), ("text/plain; charset=utf-8", "index.txt"));
    let behind = [&b"<html>"[..], b"%PDF-1.4"].concat();
    assert_eq!(take(&behind, "a.pdf").format, Format::Text);
}
