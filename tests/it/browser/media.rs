//! The media library in the browser: files by form, by drop and by paste, put into a text, the focal point by a click, and another
//! picture in place of one that visitors see.

use super::{DESK, PHONE, Setting, add_editor, chromium::Browser, log_in, served::Served};
use crate::support::site::Site;
use diesel::prelude::*;
use image::{ImageFormat, Rgb, RgbImage};
use mainstay::media::model::file::{File, Kind};
use serde_json::json;
use std::{
    fs,
    io::Cursor,
    path::Path,
    time::{Duration, Instant},
};

#[actix_web::test]
async fn with_scripts_pictures_are_dropped_pointed_at_and_replaced() {
    for width in [DESK, PHONE] {
        a_picture_s_life(&Setting { scripts: true, width }).await;
    }
}

#[actix_web::test]
async fn without_scripts_pictures_are_uploaded_described_and_replaced() {
    a_picture_s_life(&Setting { scripts: false, width: PHONE }).await;
}

/// A picture of one colour.
fn picture(colour: [u8; 3]) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    RgbImage::from_pixel(640, 480, Rgb(colour)).write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

const RED: [u8; 3] = [220, 20, 20];
const BLUE: [u8; 3] = [20, 20, 220];

async fn a_picture_s_life(setting: &Setting) {
    let site = Site::start().await;
    let served = Served::start(&site);
    add_editor(&site);
    for (name, colour) in [("red.png", RED), ("blue.png", BLUE)] {
        fs::write(site.folder.join(name), picture(colour)).unwrap();
    }
    fs::write(site.folder.join("bad.png"), b"\x7fELF\0").unwrap();
    let writer = setting.open("media").await;
    log_in(&writer, &served).await;
    upload_by_form(&writer, &served, &site.folder).await;
    if setting.scripts {
        drop_into_the_library(&writer, &served).await;
    }
    let file: File = File::query().order(mainstay::schema::files::id).first(&mut site.database.conn()).unwrap();
    describe(&writer, &served, &file, setting).await;
    put_into_a_post(&writer, &served, &file, setting).await;
    let reader = setting.open("media-reader").await;
    reader.go(&served.url("/posts/a-red-one")).await;
    if setting.scripts {
        assert!(shown(&reader).await[0] > 150, "the red one is shown");
    }
    reader.shot("red").await;
    replace(&writer, &served, &file, &site.folder).await;
    let done = Instant::now();
    reader.go(&served.url("/posts/a-red-one")).await;
    assert!(done.elapsed() < Duration::from_secs(1), "the page came too late to tell");
    if setting.scripts {
        assert!(shown(&reader).await[2] > 150, "the blue one is shown at once");
    }
    reader.shot("blue").await;
    reader.close();
    writer.close();
    site.run_jobs();
    let rows: Vec<File> = File::query().load(&mut site.database.conn()).unwrap();
    assert!(rows.iter().all(|file| file.kind == Kind::Picture));
}

async fn choose(browser: &Browser, field: &str, files: &[&Path]) {
    let paths: Vec<&str> = files.iter().map(|path| path.to_str().unwrap()).collect();
    browser.type_into(field, &paths.join("\n")).await;
}

/// One good file and one that is none.
async fn upload_by_form(browser: &Browser, served: &Served, folder: &Path) {
    browser.go(&served.url("/admin/media")).await;
    browser.shows("No files yet").await;
    browser.shot("empty").await;
    browser.follow("Upload files").await;
    browser.is_at("/admin/media/new").await;
    browser.shot("upload").await;
    choose(browser, "#files", &[&folder.join("red.png"), &folder.join("bad.png")]).await;
    browser.press("Upload").await;
    browser.shows("Added red.png.").await;
    browser.shows("bad.png: ").await;
    browser.shot("library").await;
    browser.go(&served.url("/admin/media?view=list")).await;
    browser.shot("list").await;
}

/// As the browser tells it when somebody lets go of two files over the page.
async fn drop_into_the_library(browser: &Browser, served: &Served) {
    let drop = |target: &str, name: &str, red: u32| {
        format!(
            "const canvas = document.createElement('canvas'); canvas.width = 64; canvas.height = {red};
             const context = canvas.getContext('2d'); context.fillStyle = 'rgb({red},120,20)'; context.fillRect(0, 0, 64, {red});
             return new Promise((done) => canvas.toBlob((blob) => {{
               const transfer = new DataTransfer();
               transfer.items.add(new File([blob], '{name}', {{ type: 'image/png' }}));
               const target = document.querySelector('{target}');
               target.dispatchEvent(new DragEvent('dragover', {{ dataTransfer: transfer, bubbles: true, cancelable: true }}));
               target.dispatchEvent(new DragEvent('drop', {{ dataTransfer: transfer, bubbles: true, cancelable: true }}));
               done(true);
             }}))"
        )
    };
    browser.go(&served.url("/admin/media")).await;
    browser.client().execute(&drop("#main", "dropped.png", 48), Vec::new()).await.unwrap();
    browser.shows("dropped.png").await;
    browser.says(".folders [aria-current] span", "2").await;
    browser.shot("dropped").await;
    // And into a text.
    browser.go(&served.url("/admin/entries/new?kind=post")).await;
    browser.click("#body").await;
    browser.client().execute(&drop("#body", "into-the-text.png", 32), Vec::new()).await.unwrap();
    browser.says("#file-status", "into-the-text.png is in the text.").await;
    assert!(browser.value("#body").await.contains("](/files/"), "{}", browser.value("#body").await);
    browser.forget_console();
    browser
        .client()
        .execute("window.onbeforeunload = null; document.querySelector('#editor').dispatchEvent(new Event('mainstay:kept'))", Vec::new())
        .await
        .unwrap();
}

/// With the focal point by a click where there are scripts, by numbers where there are none.
async fn describe(browser: &Browser, served: &Served, file: &File, setting: &Setting) {
    browser.go(&served.url(&format!("/admin/media/{}", file.id))).await;
    browser.shot("file").await;
    if setting.scripts {
        browser
            .client()
            .execute("document.querySelector('.preview-box img').scrollIntoView({ block: 'center' })", Vec::new())
            .await
            .unwrap();
        let click = "const box = document.querySelector('.preview-box img').getBoundingClientRect();
                     document.elementFromPoint(box.left + box.width * 0.25, box.top + box.height * 0.75)
                       .dispatchEvent(new MouseEvent('click', { bubbles: true, clientX: box.left + box.width * 0.25, clientY: box.top + box.height * 0.75 }));
                     return [document.querySelector('#focal_x').value, document.querySelector('#focal_y').value]";
        assert_eq!(browser.client().execute(click, Vec::new()).await.unwrap(), json!(["25", "75"]));
    } else {
        browser.fill("#focal_x", "25").await;
        browser.fill("#focal_y", "75").await;
    }
    browser.fill("#alt", "A field of one colour").await;
    browser.press("Save").await;
    browser.shows("Saved red.png.").await;
    assert_eq!([browser.value("#focal_x").await, browser.value("#focal_y").await], ["25", "75"]);
    browser.shot("described").await;
}

/// From the library: in a dialog, or in a tab of its own that says what to write.
async fn put_into_a_post(browser: &Browser, served: &Served, file: &File, setting: &Setting) {
    let markdown = format!("![A field of one colour]({})", file.address);
    browser.go(&served.url("/admin/entries/new?kind=post")).await;
    browser.fill("#title", "A red one").await;
    if setting.scripts {
        browser.click("#body").await;
        browser.follow("Insert a file").await;
        browser.shows("red.png").await;
        browser.shot("dialog").await;
        browser.click("#file-dialog a[data-markdown*='A field']").await;
        assert_eq!(browser.value("#body").await, markdown);
    } else {
        browser.click(".md-help a").await;
        browser.to_new_tab().await;
        browser.shot("picker").await;
        browser.follow("red.png").await;
        let told = browser.value("#markdown").await;
        assert_eq!(told, markdown);
        browser.back_to_first_tab().await;
        browser.fill("#body", &told).await;
    }
    browser.shot("inserted").await;
    browser.press("Publish").await;
    browser.shows("Published. Visitors see it now.").await;
}

async fn replace(browser: &Browser, served: &Served, file: &File, folder: &Path) {
    browser.go(&served.url(&format!("/admin/media/{}", file.id))).await;
    browser.shows("A red one").await;
    browser.follow("Replace…").await;
    browser.shot("replacement").await;
    choose(browser, "#file", &[&folder.join("blue.png")]).await;
    browser.press("Replace the file").await;
    browser.shows("Replaced red.png.").await;
    browser.shot("replaced").await;
}

/// The colour in the middle of the picture on the page, as the browser draws it.
async fn shown(browser: &Browser) -> [u64; 3] {
    let script = "const picture = document.querySelector('main .prose img');
                  picture.loading = 'eager';
                  return picture.decode().then(() => {
                    const canvas = document.createElement('canvas');
                    canvas.width = canvas.height = 1;
                    canvas.getContext('2d').drawImage(picture, 10, 10, 1, 1, 0, 0, 1, 1);
                    return [...canvas.getContext('2d').getImageData(0, 0, 1, 1).data];
                  })";
    let found = browser.client().execute(script, Vec::new()).await.unwrap();
    [0, 1, 2].map(|place| found[place].as_u64().unwrap())
}
