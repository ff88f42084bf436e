//! Photos on a page as Chromium shows them: the right form of each is loaded, and nothing moves.

use super::{DESK, PHONE, Setting, chromium::Browser, served::Served};
use crate::support::{
    pictures::jpeg,
    site::{Site, a_post},
};
use serde_json::Value;

#[actix_web::test]
async fn a_browser_chooses_a_light_form_of_each_photo_and_nothing_moves() {
    let site = Site::start().await;
    let (above, inside) = (site.given_file("above.jpg", &jpeg(400, 260)), site.given_file("inside.jpg", &jpeg(340, 420)));
    let words = "A paragraph of words that stands between two pictures. ".repeat(20);
    site.given(a_post("Photos").published().with(|draft| {
        draft.image_url.clone_from(&above.address);
        draft.image_alt = "Land under a sky".to_owned();
        draft.summary = "A post with photos.".to_owned();
        draft.body = format!("{words}\n\n![One]({0} \"A caption\")\n\n{words}\n\n![Two]({1})\n\n{words}", inside.address, above.address);
    }));
    let served = Served::start(&site);
    let reader = Setting { scripts: true, width: DESK }.open("photos").await;
    reader.go(&served.url("/posts/photos")).await;
    assert!(loaded(&reader).await[0][0].as_str().unwrap().contains("/files/"), "the original, until there are renditions");
    reader.close();
    site.run_jobs();
    for width in [DESK, PHONE] {
        let reader = Setting { scripts: true, width }.open("photos").await;
        for (address, count) in [("/posts/photos", 3), ("/", 1), ("/posts", 1)] {
            reader.go(&served.url(address)).await;
            let pictures = loaded(&reader).await;
            assert_eq!(pictures.len(), count, "{address}");
            for picture in &pictures {
                let (source, shown) = (picture[0].as_str().unwrap(), picture[1].as_f64().unwrap());
                assert!(source.ends_with(".avif"), "{address} at {width}: {source}");
                let own: f64 = source.trim_end_matches(".avif").rsplit(['/', '-']).next().unwrap().parse().unwrap();
                let smallest = own == 390.0; // of a card of so small a picture there is no smaller form
                assert!(own >= shown / 2.0 && (smallest || own < shown * 2.0), "{address} at {width}: {source} for {shown} pixels");
            }
            let moved = shift(&reader).await;
            assert!(moved < 0.0005, "{address} at {width}: {moved}"); // a web font that arrives moves a hairline
            reader.shot(&format!("photos{}", address.replace('/', "-"))).await;
        }
        reader.close();
    }
}

/// Scrolls down, waits for every picture, and tells of each what was loaded and how wide it is shown.
async fn loaded(browser: &Browser) -> Vec<Value> {
    let script = "const done = arguments[0];
        const pictures = [...document.querySelectorAll('main img')];
        const look = () => {
            window.scrollBy(0, 400);
            if (pictures.every(picture => picture.complete && picture.currentSrc)) {
                window.scrollTo(0, 0);
                done(pictures.map(picture => [picture.currentSrc, picture.getBoundingClientRect().width]));
            } else {
                setTimeout(look, 50);
            }
        };
        look();";
    browser.client().execute_async(script, Vec::new()).await.unwrap().as_array().unwrap().clone()
}

/// The sum of layout shifts so far (Layout Instability API).
async fn shift(browser: &Browser) -> f64 {
    let script = "const done = arguments[0];
        let sum = 0;
        new PerformanceObserver(list => { for (const entry of list.getEntries()) sum += entry.value; }).observe({ type: 'layout-shift', buffered: true });
        setTimeout(() => done(sum), 200);";
    browser.client().execute_async(script, Vec::new()).await.unwrap().as_f64().unwrap()
}
