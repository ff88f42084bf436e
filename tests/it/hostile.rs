//! Files as nobody should send them, through the form that everybody uses: refused with a sentence, or made harmless. And what a
//! bomb costs the real program.

use crate::{
    killed::sign_in,
    media::gif,
    support::{
        answer::Answer,
        database::Database,
        pictures::{coded, jpeg, photo, png},
        program::{Folder, Reply, Serving},
        site::{Site, Visitor},
    },
};
use diesel::prelude::*;
use flate2::{Compress, Compression, Crc, FlushCompress};
use image::ImageFormat;
use mainstay::{media::model::file::File, schema::files, storage::Stored, web::person::Role};
use std::fs;

/// EXIF that says how the camera was held, with a place on earth in a note.
fn exif(orientation: u8) -> Vec<u8> {
    let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    exif.extend([orientation, 0, 0, 0, 0, 0, 0, 0]);
    exif.extend(b"GPS 52.5N 13.4E");
    exif
}

/// A JPEG with another segment behind its beginning.
fn with_segment(jpeg: &[u8], marker: u8, body: &[u8]) -> Vec<u8> {
    let head = [&jpeg[..2], &[0xff, marker], &(body.len() as u16 + 2).to_be_bytes()[..]].concat();
    [&head, body, &jpeg[2..]].concat()
}

/// A JPEG that says it has so many pixels.
fn claiming(jpeg: &[u8], width: u16, height: u16) -> Vec<u8> {
    let mut bytes = jpeg.to_vec();
    let frame = bytes.windows(2).position(|two| two == [0xff, 0xc0]).unwrap();
    bytes[frame + 5..frame + 7].copy_from_slice(&height.to_be_bytes());
    bytes[frame + 7..frame + 9].copy_from_slice(&width.to_be_bytes());
    bytes
}

fn chunk(name: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let mut crc = Crc::new();
    crc.update(name);
    crc.update(body);
    [&(body.len() as u32).to_be_bytes()[..], name, body, &crc.sum().to_be_bytes()].concat()
}

/// So many megabytes of zeros as zlib packs them: one block again and again, so that a bomb is made in no time (RFC 1950, 1951).
fn zeros(megabytes: usize) -> Vec<u8> {
    let mut block = Vec::with_capacity(1 << 16);
    Compress::new(Compression::best(), false).compress_vec(&vec![0; 1 << 20], &mut block, FlushCompress::Sync).unwrap();
    let check = (((megabytes << 20) % 65_521) as u32) << 16 | 1; // Adler-32
    [&[0x78, 0xda][..], &block.repeat(megabytes), &[3, 0], &check.to_be_bytes()].concat()
}

/// A whole PNG of 400 megabytes of black, in less than half a megabyte.
fn png_bomb() -> Vec<u8> {
    let header = [&20_479_u32.to_be_bytes()[..], &20_480_u32.to_be_bytes(), &[8, 0, 0, 0, 0]].concat();
    [&b"\x89PNG\r\n\x1a\n"[..], &chunk(b"IHDR", &header), &chunk(b"IDAT", &zeros(400)), &chunk(b"IEND", b"")].concat()
}

/// A megapixel, a thousand times.
fn gif_bomb() -> Vec<u8> {
    let frame = b"\x2c\0\0\0\0\xe8\x03\xe8\x03\0\x02\x01\x44\0";
    [&b"GIF89a\xe8\x03\xe8\x03\0\0\0"[..], &frame.repeat(1000), b"\x3b"].concat()
}

/// Few bytes that say they are ninety megapixels lying on their side, so that somebody has to decode them.
fn sideways_bomb() -> Vec<u8> {
    with_segment(&claiming(&jpeg(8, 8), 10_000, 9_000), 0xe1, &exif(6))
}

fn svg_bomb() -> Vec<u8> {
    let levels: String = (1..12).map(|level| format!("<!ENTITY a{level} \"{}\">", format!("&a{};", level - 1).repeat(10))).collect();
    format!("<!DOCTYPE svg [<!ENTITY a0 \"lol\">{levels}]><svg xmlns='http://www.w3.org/2000/svg'><text>&a11;</text></svg>").into_bytes()
}

async fn upload(by: &Visitor, name: &str, bytes: &[u8]) -> Answer {
    let form = by.get("/admin/media/new").await.form("#upload");
    by.submit_files(form, "files", &[(name, bytes)]).await
}

fn holds(bytes: &[u8], words: &[u8]) -> bool {
    bytes.windows(words.len()).any(|some| some == words)
}

/// What an upload has brought: the file, and what visitors get of it.
async fn taken(site: &Site, by: &Visitor, name: &str, bytes: &[u8]) -> (File, Answer) {
    upload(by, name, bytes).await.assert_redirects_to("/admin/media");
    let file: File = File::query().order(files::id.desc()).first(&mut site.database.conn()).unwrap();
    let served = site.visitor().get(&file.url()).await;
    served.assert_status(200);
    assert_eq!(served.header("x-content-type-options"), "nosniff", "{name}");
    (file, served)
}

#[actix_web::test]
async fn what_cannot_be_taken_is_refused_with_a_sentence_and_leaves_nothing() {
    let site = Site::start().await;
    let author = site.signed_in(Role::Author);
    let whole = [jpeg(40, 30), png(40, 30), coded(&photo(40, 30), ImageFormat::WebP)];
    let cut = |bytes: &[u8]| bytes[..bytes.len() / 2].to_vec();
    let animated = {
        let png = png(8, 8);
        [&png[..33], &chunk(b"acTL", &[0, 0x1e, 0x84, 0x80, 0, 0, 0, 0]), &png[33..]].concat()
    };
    let heavy = [b"%PDF-1.4 ".as_slice(), &vec![b'x'; 20_000_001]].concat();
    let hostile: Vec<(&str, Vec<u8>, &str)> = vec![
        ("bomb.png", png_bomb(), "It has 20,479 × 20,480 pixels, 419 megapixels in all; up to 100 are taken."),
        ("bomb.jpg", claiming(&jpeg(8, 8), 65_535, 65_535), "It has 65,535 × 65,535 pixels, 4,294 megapixels in all"),
        ("sideways.jpg", sideways_bomb(), "It lies on its side, and has very many pixels for so few bytes."),
        ("bomb.gif", gif_bomb(), "It has 1,000 × 1,000 pixels in 1,000 frames, 1,000 megapixels in all"),
        ("animated.png", animated, "It has 8 × 8 pixels in 2,000,000 frames, 128 megapixels in all"),
        ("lol.svg", svg_bomb(), "It begins as SVG does, but is damaged or breaks off."),
        ("cut.jpg", cut(&whole[0]), "It begins as JPEG does, but is damaged or breaks off."),
        ("cut.png", cut(&whole[1]), "It begins as PNG does, but is damaged or breaks off."),
        ("cut.webp", cut(&whole[2]), "It begins as WebP does, but is damaged or breaks off."),
        ("cut.gif", gif(9)[..12].to_vec(), "It begins as GIF does, but is damaged or breaks off."),
        ("cut.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><g>".to_vec(), "It begins as SVG does"),
        ("cut.mp4", b"\0\0\0\x10ftypisom\0\0\0\0".to_vec(), "It begins as MP4 does"),
        ("empty.png", Vec::new(), "It is empty: it has 0 bytes."),
        ("holiday.jpg", b"\x7fELF\x02\x01\x01\0".to_vec(), "It is of no kind that is taken."),
        ("\u{1f4c4} setup.pdf", b"MZ\x90\0\x03\0".to_vec(), "It is of no kind that is taken."),
        ("letter.docx", b"PK\x03\x04....".to_vec(), "It is a document of another program."),
        ("latin.txt", b"gr\xfc\xdfe".to_vec(), "It is text, but not in UTF-8."),
        ("heavy.pdf", heavy, "It is larger than 20 MB."),
    ];
    for (name, bytes, sentence) in &hostile {
        let told = upload(&author, name, bytes).await;
        told.assert_status(422).assert_shows(&format!("{name}: {sentence}"));
    }
    assert_eq!((site.count("files"), site.count("journal WHERE subject_kind = 'file'")), (0, 0));
    assert_eq!(fs::read_dir(&site.state.uploads_dir).map_or(0, Iterator::count), 0, "nothing is left of what was sent");
    let none = |some: Vec<Stored>| if some.is_empty() { Ok(()) } else { Err(format!("kept: {some:?}").into()) };
    site.state.storage.list("", none).unwrap();
}

#[actix_web::test]
async fn what_is_taken_is_served_as_what_it_is_and_holds_nothing_else() {
    let site = Site::start().await;
    let author = site.signed_in(Role::Author);
    let page = b"<script>alert(1)</script>";
    let photo = jpeg(40, 30);

    let polyglot = [&gif(7)[..], page, b"PK\x03\x04"].concat();
    let (file, served) = taken(&site, &author, "both.html", &polyglot).await;
    assert_eq!((file.name.as_str(), served.kind()), ("both.gif", "image/gif"));
    assert!(!holds(&served.bytes, page) && !holds(&served.bytes, b"PK"));

    let commented = with_segment(&photo, 0xfe, page);
    let (file, served) = taken(&site, &author, "a.php.jpg", &[&commented[..], page].concat()).await;
    assert_eq!((served.kind(), file.address.ends_with(".jpg")), ("image/jpeg", true));
    assert!(!holds(&served.bytes, page));

    let (file, served) = taken(&site, &author, "where.jpg", &with_segment(&photo, 0xe1, &exif(6))).await;
    assert_eq!((file.width, file.height), (Some(30), Some(40)), "it stands upright");
    assert!(!holds(&served.bytes, b"GPS") && !holds(&served.bytes, b"Exif"));

    let drawing = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><script>alert(2)</script><a href='javascript:alert(3)'><text>Words</text></a></svg>";
    let (_, served) = taken(&site, &author, "drawing.svg", drawing).await;
    assert_eq!(served.kind(), "image/svg+xml");
    served.assert_shows("Words").assert_lacks("alert");
    assert!(served.header("content-security-policy").contains("sandbox"));

    for (name, body) in [("page.html", &b"<html><script>alert(1)</script></html>"[..]), ("shell.jpg", b"<?php system($_GET['x']); ?>")] {
        let (file, served) = taken(&site, &author, name, body).await;
        assert_eq!(served.kind(), "text/plain; charset=utf-8");
        assert!(file.name.ends_with(".txt") && file.address.ends_with(".txt"), "{}", file.name);
    }

    for (number, (name, shown)) in [
        ("../../etc/passwd.gif", "passwd.gif"),
        ("C:\\\\temp\\\\evil.gif", "evil.gif"),
        ("\u{1f600}\u{202e}gpj.gif", "\u{1f600}gpj.gif"),
        ("\u{645}\u{644}\u{641}.gif", "\u{645}\u{644}\u{641}.gif"),
        (&format!("{}.gif", "x".repeat(400)), ""),
        (".gif", ""),
    ]
    .into_iter()
    .enumerate()
    {
        let (file, _) = taken(&site, &author, name, &gif(20 + number as u8)).await;
        assert!(shown.is_empty() || file.name == shown, "{name:?} is shown as {:?}", file.name);
        assert!(file.name.chars().count() <= 255 && file.name.ends_with(".gif"), "{:?}", file.name);
        let is_plain = file.address.bytes().all(|byte| byte.is_ascii_graphic()) && file.address.matches('/').count() == 3;
        assert!(is_plain && file.address.len() <= 255, "{}", file.address);
    }
    author.get("/admin/media").await.assert_status(200);
    author.get("/admin/media?view=list").await.assert_status(200);
    site.run_jobs();
}

#[actix_web::test]
async fn a_form_with_too_many_parts_is_refused_before_it_fills_the_memory() {
    let site = Site::start().await;
    let (admin, author) = (site.signed_in(Role::Admin), site.signed_in(Role::Author));
    let settings = admin.get("/admin/settings").await.form("#settings").fill([("upload_files", "3")]);
    admin.submit(settings).await.assert_status(303);
    let many: Vec<(String, Vec<u8>)> = (1..=10).map(|number| (format!("{number}.gif"), gif(number))).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    let form = author.get("/admin/media/new").await.form("#upload");
    author.submit_files(form.clone(), "files", &many).await.assert_redirects_to("/admin/media");
    author.get("/admin/media").await.assert_shows("7 files were left out: 3 at a time are taken.");
    assert_eq!(site.count("files"), 3);
    let crowds: [(&str, usize, &str); 3] = [("", 1500, ""), ("x", 1500, ""), ("long", 3, &"y".repeat(30_000))];
    for (name, times, value) in crowds {
        let mut crowd = form.clone();
        crowd.fields.extend(std::iter::repeat_n((name.to_owned(), value.to_owned()), times));
        let told = author.submit_files(crowd, "files", &[("a.gif", &gif(50))]).await;
        told.assert_status(400).assert_shows("That is too much at once.");
    }
    let empty: Vec<(&str, &[u8])> = std::iter::repeat_n(("a.gif", &b""[..]), 1100).collect();
    author.submit_files(form, "files", &empty).await.assert_status(400);
    assert_eq!(site.count("files"), 3);
}

/// The most memory that the program has used so far, in kilobytes.
fn peak(serving: &Serving) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", serving.child.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

fn send(serving: &Serving, headers: &str, token: &str, name: &str, bytes: &[u8]) -> Reply {
    let head = format!(
        "--cut\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\n{token}\r\n--cut\r\nContent-Disposition: form-data; name=\"files\"; \
         filename=\"{name}\"\r\n\r\n"
    );
    let body = [head.as_bytes(), bytes, b"\r\n--cut--\r\n"].concat();
    Serving::send(serving.port, "POST", "/admin/media", headers, body).expect("an answer")
}

#[test]
fn a_bomb_costs_the_program_no_more_memory_than_a_refusal() {
    const MORE: u64 = 16 * 1024; // kilobytes; decoded, each of these would take 90,000 at least
    let (database, folder) = (Database::empty(), Folder::new("bombs"));
    let url = database.url();
    let mut serving = Serving::start(&folder, &["--database-url", &url]);
    serving.first_answer("/healthz/ready");
    let (_, headers, token) = sign_in(&url);
    let headers = headers.replace("application/x-www-form-urlencoded", "multipart/form-data; boundary=cut");
    let bombs = [("a.png", png_bomb()), ("a.gif", gif_bomb()), ("a.jpg", sideways_bomb()), ("a.svg", svg_bomb())];
    let refused = [b"\x7fELF\x02\x01\x01\0".as_slice(), &vec![1; bombs[0].1.len()]].concat();
    for _ in 0..5 {
        assert_eq!(send(&serving, &headers, &token, "a.png", &refused).status, 422);
    }
    let before = peak(&serving);
    for (name, bytes) in bombs.iter().cycle().take(5 * bombs.len()) {
        assert_eq!(send(&serving, &headers, &token, name, bytes).status, 422, "{name}");
    }
    let after = peak(&serving);
    eprintln!("a refusal: {before} kB at most; bombs: {after} kB at most");
    assert!(after < before + MORE, "bombs cost {} kB more than a refusal", after - before);
    // So that this says something: what is decoded is seen.
    let honest = with_segment(&jpeg(3000, 2000), 0xe1, &exif(6));
    assert_eq!(send(&serving, &headers, &token, "honest.jpg", &honest).status, 303);
    assert!(peak(&serving) > after + MORE, "a picture of six megapixels is turned in {} kB", peak(&serving) - after);
}
