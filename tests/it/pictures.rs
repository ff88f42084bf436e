//! Pictures on pages: their renditions, their words, and what becomes of pages when they change.

use crate::support::{
    answer::Answer,
    pictures::{coded, jpeg, photo, png},
    site::{Site, a_post},
};
use chrono::TimeDelta;
use diesel::prelude::*;
use image::{ImageFormat, RgbaImage, load_from_memory};
use mainstay::{
    content::model::gate::{Smaller, kept_files},
    jobs::Job,
    journal::Actor,
    media::{
        inspect::{Format, Limits, inspect},
        jobs::{Render, RenderMissing, SweepRenditions},
        model::{
            adding::{self, Upload},
            changes::{self, Details},
            file::{File, Renditions},
            rendition,
        },
    },
    schema::{files, renditions},
    web::person::Role,
};
use std::collections::BTreeSet;

/// Every address that the pictures of a page name.
fn named(page: &Answer) -> BTreeSet<String> {
    let sets = page.attributes("source", "srcset").into_iter().chain(page.attributes("img", "srcset"));
    let sets: Vec<String> = sets.collect();
    let candidates = sets.iter().flat_map(|set| set.split(", ")).filter_map(|candidate| candidate.split(' ').next());
    candidates.map(str::to_owned).chain(page.attributes("img", "src")).collect()
}

/// What lies in the store below the renditions.
fn stored(site: &Site) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    let each = |found: Vec<mainstay::storage::Stored>| {
        keys.extend(found.into_iter().map(|stored| stored.key));
        Ok(())
    };
    site.state.storage.list("renditions", each).unwrap();
    keys
}

/// The file as it is now.
fn reread(site: &Site, file: &File) -> File {
    File::find(&mut site.database.conn(), file.id).unwrap()
}

/// Puts other content into a file, as the library does.
fn replace(site: &Site, file: &File, bytes: &[u8]) {
    let found = inspect(bytes, &file.name, Limits::default()).unwrap();
    let (upload, now) = (Upload::new(&file.name, &found), site.state.clock.now());
    site.write(|conn| changes::replace(conn, &site.state.storage, file.id, &upload, &Actor::default(), now).map(drop));
}

/// Says something else about a file, as the library does.
fn describe(site: &Site, file: &File, change: impl Fn(&mut Details)) {
    let (mut details, now) = (Details::of(file), site.state.clock.now());
    change(&mut details);
    site.write(|conn| changes::describe(conn, file.id, &details, &Actor::default(), now));
}

#[actix_web::test]
async fn a_photo_is_shown_by_its_renditions_once_they_are_there() {
    let site = Site::start().await;
    let photo = site.given_file("Cat.JPG", &jpeg(340, 270));
    site.given(a_post("With a cat").published().with(|draft| draft.body = format!("![A cat]({})", photo.address)));
    let reader = site.visitor();
    let before = reader.get("/posts/with-a-cat").await;
    assert_eq!(before.attributes(".prose img", "src"), [photo.url()]);
    assert_eq!(
        (before.attributes(".prose img", "width"), before.attributes(".prose img", "height")),
        (vec!["340".into()], vec!["270".into()])
    );
    assert!(before.attributes("picture", "class").is_empty());
    assert_eq!(reader.get("/posts/with-a-cat").await.header("x-cache"), "hit");

    assert_eq!(site.run_jobs(), 1);
    let page = reader.get("/posts/with-a-cat").await;
    assert_eq!(page.header("x-cache"), "miss", "the page was dropped");
    assert_eq!(page.attributes("picture > source", "type"), ["image/avif", "image/webp"]);
    assert_eq!(page.attributes("picture > img", "alt"), ["A cat"]);
    assert_eq!(page.attributes("picture > img", "fetchpriority"), ["high"], "it is at the beginning");
    assert_eq!((page.attributes(".prose img", "width"), page.attributes(".prose img", "height")), (vec!["340".into()], vec!["270".into()]));
    assert!(page.attributes("picture > source", "sizes")[0].ends_with("calc(94.8vw - .8rem)"));
    let all = named(&page);
    assert_eq!(all.len(), 6, "320 and 340 in three formats: {all:?}");
    for address in all {
        let answer = reader.get(&address).await;
        answer.assert_status(200);
        assert_eq!(answer.header("cache-control"), "public, max-age=31536000, immutable");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        let found = inspect(&answer.bytes, "x", Limits::default()).unwrap();
        assert_eq!(answer.kind(), found.served_as);
        assert!(address.contains(&format!("/{}.", found.width.unwrap())), "{address} is {:?} wide", found.width);
    }
    assert_eq!(reread(&site, &photo).renditions, Renditions::Made);
    for nothing in ["/pictures/1-0000000000000000-1/320.avif", "/pictures/x/320.avif", "/pictures/1-0000000000000000-1/..%2f..%2fx.png"] {
        reader.get(nothing).await.assert_status(404);
    }
}

#[actix_web::test]
async fn a_picture_above_the_text_comes_first_and_is_cut_for_lists_and_for_others() {
    let site = Site::start().await;
    let photo = site.given_file("cat.jpg", &jpeg(300, 200));
    site.given(a_post("Cats").published().with(|draft| {
        draft.image_url.clone_from(&photo.address);
        draft.body = format!("![Again]({})", photo.address);
    }));
    site.run_jobs();
    let reader = site.visitor();
    let page = reader.get("/posts/cats").await;
    assert_eq!(page.attributes(".lead-picture img", "fetchpriority"), ["high"]);
    assert!(page.attributes(".lead-picture img", "loading").is_empty());
    assert_eq!(page.attributes(".prose > p img", "loading"), ["lazy"]);
    let share = page.attributes("meta[property='og:image']", "content").remove(0);
    assert!(share.starts_with("https://example.org/pictures/"), "{share}");
    let size: Vec<String> =
        ["width", "height"].map(|side| page.attributes(&format!("meta[property='og:image:{side}']"), "content").remove(0)).to_vec();
    assert_eq!(size, ["300", "158"]);
    let bytes = reader.get(share.trim_start_matches("https://example.org")).await.bytes;
    let picture = load_from_memory(&bytes).unwrap();
    assert_eq!((picture.width(), picture.height()), (300, 158));
    for (address, place) in [("/", ".lead-card img"), ("/posts", ".row-picture img")] {
        let page = reader.get(address).await;
        assert_eq!(
            (page.attributes(place, "width"), page.attributes(place, "height")),
            (vec!["300".into()], vec!["200".into()]),
            "{address}"
        );
        assert_eq!(page.attributes(place, "alt"), [""], "the title beside it says what it is about");
        assert!(page.attributes(place, "srcset")[0].contains("card-500-500-160.jpg 160w"));
    }
}

#[actix_web::test]
async fn a_picture_above_the_text_has_renditions_however_its_address_was_copied() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    let photo = site.given_file("cat.jpg", &jpeg(200, 150));
    site.run_jobs();
    for (number, copied) in [photo.url(), format!("https://example.org{}", photo.url()), format!("{}#x", photo.address)].iter().enumerate()
    {
        let title = format!("Cat {number}");
        let form = editor.get("/admin/entries/new").await.form("#editor");
        let form = form.fill([("title", &*title), ("image_url", copied), ("image_alt", "A cat"), ("do", "publish")]);
        editor.submit(form).await.assert_status(303);
        let page = site.visitor().get(&format!("/posts/cat-{number}")).await;
        assert_eq!(page.attributes(".lead-picture source", "type"), ["image/avif", "image/webp"], "{copied}");
    }
    assert_eq!(editor.get(&format!("/admin/media/{}", photo.id)).await.texts("#uses li").len(), 3);
}

#[actix_web::test]
async fn words_of_the_library_stand_where_the_text_has_none() {
    let site = Site::start().await;
    let drawing = site.given_file("plan.svg", b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 60 40'><path d='M0 0'/></svg>");
    let body = format!("![]({0})\n\n![Own]({0})\n\n<p><img src=\"{0}\" alt=\"\"></p>", drawing.address);
    let silent = site.given(a_post("Silent").published().with(|draft| draft.body = format!("![]({})", drawing.address)));
    site.given(a_post("Three").published().with(|draft| {
        draft.body = body.clone();
        draft.image_url.clone_from(&drawing.address);
    }));
    let reader = site.visitor();
    assert_eq!(reader.get("/posts/silent").await.attributes(".prose img", "alt"), [""]);
    reader.get("/posts/three").await;
    describe(&site, &drawing, |details| {
        details.alt = "A plan \u{1f5fa} of <the> \"house\"".to_owned();
        details.caption = "شكل المنزل".to_owned();
        details.credit = "Ada".to_owned();
    });
    let page = reader.get("/posts/silent").await;
    assert_eq!(page.attributes(".prose img", "alt"), ["A plan \u{1f5fa} of <the> \"house\""]);
    assert_eq!(page.texts(".prose figcaption"), ["شكل المنزل Ada"]);
    // Where it is said in HTML that a picture decorates, that holds for it wherever it stands in that text.
    assert_eq!(reader.get("/posts/three").await.attributes(".prose > :not(.lead-picture) img", "alt"), ["", "Own", ""]);
    let editor = site.signed_in(Role::Editor);
    let form = editor.get(&format!("/admin/entries/{silent}")).await.form("#editor");
    let preview = editor.submit(form.to("/admin/entries/preview")).await;
    assert_eq!(preview.texts(".prose figcaption"), ["شكل المنزل Ada"], "a preview shows the same");
}

#[actix_web::test]
async fn the_job_takes_up_what_was_begun_and_minds_no_second_time() {
    let site = Site::start().await;
    let photo = site.given_file("cat.png", &png(170, 110));
    let now = site.state.clock.now();
    let set = site.write(|conn| Ok(rendition::begin(conn, photo.id, now)?)).unwrap();
    let specs = set.plan.all();
    let (first, last) = (set.key(&specs[0]), set.key(specs.last().unwrap()));
    site.state.storage.put(&first, b"made before it was killed".to_vec()).unwrap();
    site.run_jobs();
    assert_eq!(site.state.storage.get(&first).unwrap().unwrap().as_ref(), b"made before it was killed", "what is there is not made again");
    assert!(site.state.storage.size(&last).unwrap().is_some());
    assert_eq!(stored(&site).len(), specs.len());
    site.write(|conn| {
        Render { file: photo.id }.enqueue(conn, now)?;
        Ok(Render { file: photo.id }.enqueue(conn, now)?)
    });
    assert_eq!(site.run_jobs(), 2);
    assert_eq!((site.count("renditions"), site.count("journal WHERE kind = 'file.rendered'")), (1, 1));
}

#[actix_web::test]
async fn a_replaced_picture_is_seen_at_once_and_what_it_was_goes_a_day_later() {
    let site = Site::start().await;
    let file = site.given_file("cat.jpg", &jpeg(170, 110));
    site.given(a_post("Cat").published().with(|draft| draft.body = format!("![A cat]({})", file.address)));
    site.run_jobs();
    let reader = site.visitor();
    let before = named(&reader.get("/posts/cat").await);
    replace(&site, &file, &coded(&photo(180, 180).rotate180(), ImageFormat::Jpeg));
    let meanwhile = reader.get("/posts/cat").await;
    assert_eq!(meanwhile.attributes(".prose img", "src"), [reread(&site, &file).url()], "the new one, as it is");
    site.run_jobs();
    let after = named(&reader.get("/posts/cat").await);
    assert!(before.is_disjoint(&after), "{after:?}");
    for address in &before {
        reader.get(address).await.assert_status(200);
    }
    let sweep = || {
        let now = site.state.clock.now();
        site.write(|conn| Ok(SweepRenditions.enqueue(conn, now)?));
        site.run_jobs();
    };
    sweep();
    reader.get(before.first().unwrap()).await.assert_status(200);
    site.later(TimeDelta::hours(25));
    sweep();
    for address in &before {
        reader.get(address).await.assert_status(404);
    }
    for address in &after {
        reader.get(address).await.assert_status(200);
    }
    site.write(|conn| Ok(diesel::delete(files::table.find(file.id)).execute(conn).map(drop)?));
    sweep();
    assert_eq!((stored(&site).len(), site.count("renditions")), (0, 0), "of a deleted file nothing stays");
}

#[actix_web::test]
async fn another_focal_point_makes_other_crops_and_the_same_wholes() {
    let site = Site::start().await;
    let file = site.given_file("cat.jpg", &jpeg(240, 80));
    site.given(a_post("Cat").published().with(|draft| draft.image_url.clone_from(&file.address)));
    site.run_jobs();
    let before = stored(&site);
    describe(&site, &file, |details| details.focal = (0, 0));
    let reader = site.visitor();
    assert!(reader.get("/posts").await.body.contains("card-500-500-"), "until the others are there");
    site.run_jobs();
    let page = reader.get("/posts").await;
    let card = page.attributes(".row-picture img", "src").remove(0);
    assert!(card.contains("card-0-0-"), "{card}");
    let shown = load_from_memory(&reader.get(&card).await.bytes).unwrap().into_rgb8();
    let corner = shown.get_pixel(3, 3);
    assert!(corner[0] > 180 && corner[1] < 90, "its left edge is kept: {corner:?}");
    site.later(TimeDelta::hours(25));
    let now = site.state.clock.now();
    site.write(|conn| Ok(SweepRenditions.enqueue(conn, now)?));
    site.run_jobs();
    let after = stored(&site);
    let wholes =
        |keys: &BTreeSet<String>| keys.iter().filter(|key| !key.contains("card") && !key.contains("share")).cloned().collect::<Vec<_>>();
    assert_eq!(wholes(&before), wholes(&after));
    assert!(after.iter().all(|key| !key.contains("500-500")) && after.len() == before.len(), "{after:?}");
}

#[actix_web::test]
async fn what_cannot_be_made_smaller_is_shown_as_it_is() {
    let site = Site::start().await;
    let mut damaged = png(170, 110);
    let data = damaged.windows(4).position(|name| name == b"IDAT").unwrap() + 8;
    damaged[data..data + 400].fill(0x55);
    let file = site.given_file("damaged.png", &damaged);
    let gif = site.given_file("moves.gif", b"GIF89a\x01\0\x01\0\0\0\0\x2c\0\0\0\0\x01\0\x01\0\0\x02\x01\x44\0\x3b");
    site.given(a_post("Both").published().with(|draft| draft.body = format!("![a]({}) ![b]({})", file.address, gif.address)));
    assert_eq!(site.run_jobs(), 1, "nobody tries again what cannot be read");
    assert_eq!((reread(&site, &file).renditions, reread(&site, &gif).renditions), (Renditions::Failed, Renditions::None));
    let page = site.visitor().get("/posts/both").await;
    assert_eq!(page.attributes(".prose img", "src"), [file.url(), gif.url()]);
}

#[actix_web::test]
async fn the_gate_weighs_what_readers_load() {
    let site = Site::start().await;
    let noise = RgbaImage::from_fn(210, 150, |x, y| image::Rgba([(x * y % 251) as u8, (x * 7 % 256) as u8, (y * 13 % 256) as u8, 255]));
    let file = site.given_file("noise.png", &coded(&noise.into(), ImageFormat::Png));
    let known = || kept_files(&mut site.database.conn(), &[&file.address]).unwrap().remove(&file.address).unwrap();
    assert_eq!((known().renditions, known().loaded()), (Smaller::Waiting, None));
    site.run_jobs();
    let loaded = known().loaded().unwrap();
    assert!(loaded > 0 && loaded < file.bytes, "{loaded} of {}", file.bytes);
}

#[actix_web::test]
async fn what_comes_in_is_clean_and_called_what_it_is() {
    let site = Site::start().await;
    let file = site.given_file("photo.png", &[&jpeg(20, 10)[..], b"<script>alert(1)</script>"].concat());
    assert_eq!((file.name.as_str(), file.content_type.as_str()), ("photo.jpg", "image/jpeg"));
    assert!(file.address.ends_with("/photo.jpg"), "{}", file.address);
    let kept = site.visitor().get(&file.address).await.bytes;
    assert!(!kept.windows(8).any(|some| some == b"<script>"));
    let now = site.state.clock.now();
    let found = inspect(b"<html><script>alert(1)</script>", "page.html", Limits::default()).unwrap();
    assert_eq!(found.format, Format::Text);
    let text =
        site.write(|conn| Ok(adding::add(conn, &site.state.storage, &Upload::new("page.html", &found), &Actor::default(), now)?.file));
    let answer = site.visitor().get(&text.address).await;
    assert_eq!((answer.kind(), answer.header("x-content-type-options")), ("text/plain; charset=utf-8", "nosniff"));
    site.run_jobs();
}

#[actix_web::test]
async fn pictures_that_wait_are_found_again() {
    let site = Site::start().await;
    let file = site.given_file("cat.jpg", &jpeg(100, 80));
    site.run_jobs();
    let now = site.state.clock.now();
    site.write(|conn| {
        diesel::update(renditions::table).set(renditions::recipe.eq(0)).execute(conn)?;
        Ok(RenderMissing.enqueue(conn, now)?)
    });
    assert_eq!(site.run_jobs(), 2, "the search, the making");
    assert_eq!(site.count("renditions WHERE shown = 1 AND recipe > 0"), 1);
    assert_eq!(reread(&site, &file).renditions, Renditions::Made);
}
