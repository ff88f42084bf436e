//! Links alone in a paragraph become cards, told by a provider that is a real server on this machine.

use crate::support::{
    other::Other,
    pictures::{coded, jpeg, photo, png},
    site::{Site, Visitor, a_post},
};
use chrono::TimeDelta;
use diesel::prelude::*;
use image::ImageFormat;
use mainstay::{
    app::{JOBS, State},
    content::{
        embed::jobs::Sweep,
        model::{
            embed::provider::{self, NewProvider},
            entry::{Entry, EntryId},
            publishing,
            revision::Revision,
            saving,
        },
    },
    jobs::Job,
    journal::Actor,
    schema::embeds,
    web::person::Role,
};
use serde_json::{Value, json};

/// A site that asks a provider of its own.
struct Embedding {
    site: Site,
    state: State,
    other: Other,
    visitor: Visitor,
    provider: provider::ProviderId,
}

impl Embedding {
    async fn start() -> Embedding {
        let (site, other) = (Site::start().await, Other::start());
        let state = State { outgoing: Other::client(), ..site.state.clone() };
        let new =
            NewProvider { name: "Our films".to_owned(), patterns: other.url("/watch/*"), endpoint: other.url("/oembed.{format}?key=1") };
        let provider = site.write(|conn| provider::create(conn, &new, &Actor::default(), site.state.clock.now()));
        let visitor = site.visitor();
        let all = Embedding { site, state, other, visitor, provider };
        all.run();
        all
    }

    /// Lets the job be due, and runs what is due as a worker with that client would.
    fn run(&self) {
        self.site.later(TimeDelta::seconds(10));
        self.run_now();
    }

    fn run_now(&self) {
        mainstay::jobs::worker::run_due(&self.state.job_env(), JOBS).unwrap();
    }

    fn film(&self, number: usize) -> String {
        self.other.url(&format!("/watch/{number}?a=b&c=d"))
    }

    /// What the provider answers from now on.
    fn tells(&self, answer: &Value) {
        self.other.has("/oembed.json", 200, "Content-Type: application/json\r\n", answer.to_string());
    }

    fn tells_of_a_film(&self) {
        self.other.has("/thumb.jpg", 200, "Content-Type: image/jpeg\r\n", jpeg(480, 360));
        self.tells(&a_film(&self.other.url("/thumb.jpg")));
    }

    fn post(&self, title: &str, body: &str) -> EntryId {
        self.site.given(a_post(title).published().with(|draft| draft.body = body.to_owned()))
    }

    /// Gives a live entry another text.
    fn rewrite(&self, id: EntryId, body: &str) {
        let (now, actor) = (self.site.state.clock.now(), Actor::default());
        self.site.write(|conn| {
            let newest = Entry::find(conn, id)?.latest_revision_id.unwrap();
            let mut draft = Revision::find(conn, newest)?.draft();
            body.clone_into(&mut draft.body);
            saving::save(conn, id, newest, &draft, &actor, now)?;
            publishing::publish(conn, id, &actor, now)
        });
    }

    /// State and note of each address.
    fn known(&self) -> Vec<(String, String)> {
        embeds::table.order(embeds::id).select((embeds::state, embeds::told)).load(&mut self.site.database.conn()).unwrap()
    }
}

fn a_film(thumbnail: &str) -> Value {
    json!({
        "type": "video", "version": "1.0", "title": "How ropes are made 🪢", "author_name": "עדה", "provider_name": "Films & more",
        "thumbnail_url": thumbnail, "width": 480, "height": 270, "html": "<iframe src=\"https://evil.example/\"></iframe>"
    })
}

#[actix_web::test]
async fn a_link_alone_becomes_a_card_when_its_provider_has_answered() {
    let here = Embedding::start().await;
    here.tells_of_a_film();
    let film = here.film(1);
    let id = here.post("Ropes", &format!("Before.\n\n{film}\n\nAfter, see {film}."));
    let page = here.visitor.get("/posts/ropes").await;
    assert_eq!((page.texts("figure").len(), page.attributes(".prose a[rel=noopener]", "href").len()), (0, 2), "two plain links");
    here.run_now();
    assert_eq!(here.other.asked(), Vec::<String>::new(), "nobody waits for it");

    here.run();
    let question = serde_html_form::to_string([("url", film.as_str()), ("format", "json"), ("maxwidth", "640")]).unwrap();
    assert_eq!(here.other.asked(), [format!("GET /oembed.json?key=1&{question}"), "GET /thumb.jpg".to_owned()]);
    let page = here.visitor.get("/posts/ropes").await;
    assert_eq!(page.texts("figure.embed.is-video strong"), ["How ropes are made 🪢"]);
    assert_eq!(page.texts("figure.embed small"), ["Video · עדה · Films & more"]);
    assert_eq!(page.attributes("figure.embed > a", "href"), [film.as_str()]);
    let picture = page.attributes("figure.embed img", "src");
    assert!(picture.len() == 1 && picture[0].starts_with("/pictures/embeds/"), "{picture:?}");
    page.assert_lacks("iframe").assert_lacks("evil.example").assert_lacks("thumb.jpg");
    assert_eq!(page.attributes("[src^=http], [srcset*='127.0.0.1'], iframe", "src"), [] as [&str; 0], "nothing is loaded from elsewhere");

    let served = here.visitor.get(&picture[0]).await;
    served.assert_status(200);
    assert_eq!((served.kind(), served.header("cache-control")), ("image/webp", "public, max-age=31536000, immutable"));
    assert!(served.bytes.starts_with(b"RIFF"), "coded anew");
    here.visitor.get("/pictures/embeds/none.webp").await.assert_status(404);
    let feed = here.visitor.get("/feeds/atom").await;
    feed.assert_shows(&format!("https://example.org{}", picture[0])).assert_shows("How ropes are made");

    // Nothing is asked twice, and who writes it anew sees it at once, before publishing too.
    here.rewrite(id, &format!("{film}\n\nOther words."));
    here.post("Another", &film);
    here.visitor.get("/posts/another").await.assert_shows("class=\"embed is-video\"");
    let draft = here.site.given(a_post("Draft").with(|draft| draft.body = format!("<{film}#t=5>")));
    let editor = here.site.signed_in(Role::Editor);
    editor.get(&format!("/admin/entries/{draft}/preview")).await.assert_shows("#t=5\" rel=\"noopener\"").assert_shows("How ropes are made");
    here.run();
    assert_eq!(here.other.asked(), Vec::<String>::new());
    let revisions = here.site.count("revisions");
    let list = editor.get("/admin/embeds").await;
    list.assert_shows("How ropes are made").assert_shows("Known").assert_shows("Shown as a card").assert_lacks("Choose who is asked");
    assert_eq!(list.texts("#embeds td:nth-child(3)"), ["Draft, Another, Ropes"]);
    assert_eq!(here.site.count("revisions"), revisions, "their own words are what they were");
    here.site.run_jobs();
}

#[actix_web::test]
async fn hostile_answers_leave_a_link_or_a_card_without_a_picture() {
    let here = Embedding::start().await;
    here.other.has("/svg", 200, "Content-Type: image/jpeg\r\n", "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>");
    let mut bomb = png(8, 8);
    bomb[16..24].copy_from_slice(&[0, 0, 0x80, 0, 0, 0, 0x80, 0]);
    here.other.has("/bomb", 200, "", bomb);
    here.other.has("/huge", 200, "", vec![0; 4_000_001]);
    here.other.has("/inside", 302, "Location: http://10.0.0.1/x.jpg\r\n", "");
    here.other.has("/moves", 200, "", coded(&photo(40, 30), ImageFormat::Gif));
    let thumbs = ["/svg", "/bomb", "/huge", "/inside", "/moves", "/none"].map(|path| here.other.url(path));
    let odd = ["javascript:alert(1)", "data:image/png;base64,AAAA", "http://127.0.0.2:1/x.jpg"].map(str::to_owned);
    for (number, thumbnail) in thumbs.iter().chain(&odd).enumerate() {
        let mut answer = a_film(thumbnail);
        answer["title"] = json!("<script>alert(1)</script> <b>bold</b>");
        here.tells(&answer);
        here.post(&format!("Film {number}"), &here.film(number));
        here.run();
        let page = here.visitor.get(&format!("/posts/film-{number}")).await;
        assert_eq!(page.texts("figure.embed strong"), ["<script>alert(1)</script> <b>bold</b>"], "{thumbnail}");
        page.assert_lacks("<script>alert(1)").assert_lacks("/pictures/embeds/");
    }
    here.site.signed_in(Role::Editor).get("/admin/embeds").await.assert_shows("shown without its picture").assert_shows("private address");

    let deep = format!("{{\"title\":{}1{}}}", "[".repeat(50_000), "]".repeat(50_000));
    let huge = json!({ "title": "x", "html": "y".repeat(300_000) }).to_string();
    for (number, (status, headers, body)) in [
        (200, "", deep.as_str()),
        (200, "", huge.as_str()),
        (200, "", "<html><title>Hello</title></html>"),
        (200, "", "[]"),
        (200, "", "{}"),
        (200, "", ""),
        (500, "", "{\"title\":\"x\"}"),
        (302, "Location: http://10.0.0.1/oembed\r\n", ""),
        (302, "Location: /oembed.json\r\n", ""),
        (302, "Location: file:///etc/passwd\r\n", ""),
    ]
    .into_iter()
    .enumerate()
    {
        here.other.has("/oembed.json", status, headers, body);
        here.post(&format!("Nothing {number}"), &here.film(100 + number));
        here.run();
        let page = here.visitor.get(&format!("/posts/nothing-{number}")).await;
        assert_eq!(page.texts("figure").len(), 0, "{number}");
        let (state, told) = here.known().pop().unwrap();
        assert!(state == "waiting" && !told.is_empty(), "{number}: {state} {told}");
    }
    here.site.run_jobs();
}

#[actix_web::test]
async fn what_is_gone_keeps_what_was_known_and_says_so() {
    let here = Embedding::start().await;
    here.tells_of_a_film();
    here.post("Ropes", &here.film(1));
    here.run();
    here.other.asked();
    here.site.later(TimeDelta::days(27));
    here.run_scheduled();
    assert_eq!(here.other.asked(), Vec::<String>::new(), "it is fresh");

    here.other.has("/oembed.json", 404, "", "");
    here.post("New", &here.film(2));
    here.site.later(TimeDelta::days(9));
    here.run_scheduled();
    assert_eq!(here.known().iter().map(|(state, _)| state.as_str()).collect::<Vec<_>>(), ["gone", "gone"]);
    here.visitor.get("/posts/ropes").await.assert_shows("How ropes are made");
    here.visitor.get("/posts/new").await.assert_lacks("<figure");
    let editor = here.site.signed_in(Role::Editor);
    let list = editor.get("/admin/embeds?state=gone").await;
    list.assert_shows("nothing is there for everybody (404)").assert_shows("Shown as a card").assert_shows("Shown as a link");

    // It is back: somebody has it asked again.
    let mut answer = a_film(&here.other.url("/thumb.jpg"));
    answer["title"] = json!("How ropes are made today");
    here.tells(&answer);
    editor.submit(list.form("#embeds form")).await.assert_redirects_to("/admin/embeds");
    here.run();
    here.visitor.get("/posts/new").await.assert_shows("How ropes are made today");
    here.visitor.get("/posts/ropes").await.assert_shows("How ropes are made 🪢");
    editor.submit(list.form("#embeds tr:nth-child(2) form")).await.assert_redirects_to("/admin/embeds");
    here.run();
    here.visitor.get("/posts/ropes").await.assert_shows("How ropes are made today");
    // A picture that cannot be had does not take away the one before.
    here.other.has("/thumb.jpg", 500, "", "");
    editor.submit(list.form("#embeds form")).await.assert_redirects_to("/admin/embeds");
    here.run();
    here.visitor.get("/posts/new").await.assert_shows("/pictures/embeds/");
    here.site.run_jobs();
}

impl Embedding {
    /// Runs the job that repeats, and what it files.
    fn run_scheduled(&self) {
        self.site.write(|conn| Ok(mainstay::content::embed::jobs::Fetch.enqueue(conn, self.site.state.clock.now())?));
        self.run_now();
        self.run();
    }
}

#[actix_web::test]
async fn a_provider_that_does_not_answer_is_asked_again_and_then_once_a_week() {
    let here = Embedding::start().await;
    here.other.has("/oembed.json", 503, "", "");
    here.post("Ropes", &here.film(1));
    for hours in [0, 1, 6, 24, 72] {
        here.site.later(TimeDelta::hours(hours));
        here.run_scheduled();
    }
    assert_eq!(here.other.asked().len(), 5);
    assert_eq!(here.known(), [("failed".to_owned(), "The provider cannot tell (503).".to_owned())]);
    here.site.later(TimeDelta::days(6));
    here.run_scheduled();
    assert_eq!(here.other.asked().len(), 0);
    here.tells_of_a_film();
    here.site.later(TimeDelta::days(1));
    here.run_scheduled();
    here.visitor.get("/posts/ropes").await.assert_shows("How ropes are made");
    here.site.run_jobs();
}

#[actix_web::test]
async fn many_links_at_once_do_not_flood_a_provider() {
    let here = Embedding::start().await;
    here.tells_of_a_film();
    let body: String = (0..12).map(|number| format!("{}\n\n", here.film(number))).collect();
    here.post("Films", &body);
    here.post("The same films", &body);
    let mut counts = Vec::new();
    for _ in 0..4 {
        here.run();
        counts.push(here.other.asked().iter().filter(|asked| asked.starts_with("GET /oembed")).count());
    }
    assert_eq!(counts, [5, 5, 2, 0]);
    for path in ["/posts/films", "/posts/the-same-films"] {
        assert_eq!(here.visitor.get(path).await.texts("figure.embed").len(), 12);
    }
    here.site.run_jobs();
}

#[actix_web::test]
async fn an_owner_chooses_who_is_asked() {
    let here = Embedding::start().await;
    here.tells_of_a_film();
    here.post("Ropes", &here.film(1));
    here.run();
    let (owner, settings) = (here.site.signed_in(Role::Owner), "/admin/embeds/settings");
    let form = owner.get(settings).await.form("#settings");
    assert_eq!(form.value("on"), "true");
    assert!(form.fields.iter().filter(|(name, _)| name == "shipped").count() > 10);
    owner.submit(form.without("on")).await.assert_redirects_to(settings);
    here.run();
    here.visitor.get("/posts/ropes").await.assert_lacks("<figure");
    owner.get("/admin/embeds").await.assert_shows("That is switched off").assert_shows("Nobody is asked");
    owner.get("/admin/journal").await.assert_shows("changed who is asked about links");
    here.post("Silent", &here.film(2));
    here.other.asked();
    here.run();
    assert_eq!(here.other.asked(), Vec::<String>::new());

    let form = owner.get(settings).await.form("#settings").tick("on", "true");
    owner.submit(form).await.assert_redirects_to(settings);
    here.run_now();
    here.visitor.get("/posts/ropes").await.assert_shows("How ropes are made"); // what was known still is
    here.run();
    here.visitor.get("/posts/silent").await.assert_shows("How ropes are made");
    // Of those that the program knows, one less.
    let form = owner.get(settings).await.form("#settings");
    let shipped: Vec<String> =
        form.fields.iter().filter(|(name, value)| name == "shipped" && value != "youtube").map(|(_, value)| value.clone()).collect();
    let form = shipped.iter().fold(form.without("shipped"), |form, key| form.tick("shipped", key));
    owner.submit(form).await.assert_redirects_to(settings);
    here.run();
    here.post("Tube", "https://www.youtube.com/watch?v=1");
    assert_eq!(here.known().pop().unwrap().0, "unlisted");
    assert_eq!(owner.get(settings).await.attributes("[name=shipped]:not([checked])", "value"), ["youtube"]);
    here.site.run_jobs();
}

#[actix_web::test]
async fn a_site_has_providers_of_its_own() {
    let here = Embedding::start().await;
    here.tells_of_a_film();
    here.post("Song", &here.other.url("/songs/1"));
    here.run();
    assert_eq!((here.other.asked().len(), here.known()[0].0.as_str()), (0, "unlisted"));
    let (owner, settings) = (here.site.signed_in(Role::Owner), "/admin/embeds/settings");
    let form = || async { owner.get("/admin/embeds/providers/new").await.form("#provider") };
    let wrong = form().await.fill([("name", "Songs"), ("patterns", "https://*/x\nsongs.example"), ("endpoint", "javascript:alert(1)")]);
    let refused = owner.submit(wrong).await;
    refused
        .assert_status(422)
        .assert_shows("star in the name of the site")
        .assert_shows("does not begin with https://")
        .assert_shows("javascript:alert(1)");
    let (patterns, endpoint) = (here.other.url("/songs/*"), here.other.url("/oembed.json"));
    let twice = form().await.fill([("name", "OUR FILMS"), ("patterns", &patterns), ("endpoint", &endpoint)]);
    owner.submit(twice).await.assert_status(422).assert_shows("already a provider of this name");
    let well = form().await.fill([("name", "Songs 🎵"), ("patterns", &patterns), ("endpoint", &endpoint)]);
    owner.submit(well).await.assert_redirects_to(settings);
    here.run();
    here.run();
    here.visitor.get("/posts/song").await.assert_shows("How ropes are made");

    let list = owner.get(settings).await;
    assert_eq!(list.texts("#own li"), ["Our films", "Songs 🎵"]);
    let page = owner.get(&list.link("Songs 🎵")).await;
    let form = page.form("#provider").fill([("patterns", &here.other.url("/music/*"))]);
    owner.submit(form).await.assert_redirects_to(settings);
    here.run();
    here.visitor.get("/posts/song").await.assert_lacks("<figure");
    let ask = owner.get(&format!("{}/deletion", list.link("Songs 🎵"))).await;
    owner.submit(ask.assert_shows("Delete “Songs 🎵”?").form("#deletion")).await.assert_redirects_to(settings);
    owner.get(&list.link("Songs 🎵")).await.assert_status(404);
    owner.get("/admin/journal").await.assert_shows("deleted the provider “Songs 🎵” of embeds");
    owner.get(&format!("/admin/embeds/providers/{}", here.provider)).await.assert_shows("Our films");
    here.run();
}

#[actix_web::test]
async fn a_snippet_brings_its_cards_along() {
    let here = Embedding::start().await;
    here.tells_of_a_film();
    let now = here.site.state.clock.now();
    let body = here.film(1);
    here.site.write(|conn| mainstay::content::model::snippet::changes::create(conn, "film", &body, &Actor::default(), now));
    here.post("Ropes", "{{ snippet: film }}");
    here.run();
    here.visitor.get("/posts/ropes").await.assert_shows("How ropes are made");
}

#[actix_web::test]
async fn what_stands_nowhere_any_more_is_forgotten() {
    let here = Embedding::start().await;
    here.tells_of_a_film();
    let id = here.post("Ropes", &here.film(1));
    here.run();
    let key: String = embeds::table.select(embeds::picture_key).first(&mut here.site.database.conn()).unwrap();
    let sweep = || {
        here.site.write(|conn| Ok(Sweep.enqueue(conn, here.site.state.clock.now())?));
        here.run_now();
        (here.site.count("embeds"), here.site.state.storage.size(&key).unwrap().is_some())
    };
    here.site.later(TimeDelta::days(2));
    assert_eq!(sweep(), (1, true), "it is shown");
    here.rewrite(id, "No film.");
    assert_eq!(here.site.count("entry_embeds"), 0);
    assert_eq!(sweep(), (0, true), "browsers may still ask for its picture");
    let old = std::time::SystemTime::now() - std::time::Duration::from_secs(3 * 24 * 3600);
    let file = std::fs::File::options().write(true).open(here.site.folder.join("files").join(&key)).unwrap();
    file.set_modified(old).unwrap();
    assert_eq!(sweep(), (0, false));
    here.site.run_jobs();
}

#[actix_web::test]
async fn entries_from_before_are_found_by_the_renderer() {
    let here = Embedding::start().await;
    here.tells_of_a_film();
    here.post("Ropes", &here.film(1));
    let conn = &mut here.site.database.conn();
    for old in ["DELETE FROM entry_embeds", "DELETE FROM embeds", "DELETE FROM jobs", "UPDATE entries SET renderer = 2"] {
        diesel::sql_query(old).execute(conn).unwrap();
    }
    here.site.write(|conn| Ok(mainstay::content::jobs::Rerender.enqueue(conn, here.site.state.clock.now())?));
    here.run_now();
    here.run();
    here.visitor.get("/posts/ropes").await.assert_shows("How ropes are made");
}
