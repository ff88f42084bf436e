//! Pictures, files and cards.

use super::Small;
use crate::{
    media::gif,
    support::{
        answer::Form,
        other::Other,
        pictures::{jpeg, png},
        site::a_post,
    },
};
use chrono::TimeDelta;
use mainstay::{
    app::{JOBS, State},
    jobs::worker::run_due,
    media::model::file::FileId,
};

#[actix_web::test]
async fn no_page_is_stale_after_a_picture_has_changed() {
    let (small, _) = Small::new().await;
    let site = &small.site;
    let (above, inside) = (site.given_file("above.jpg", &jpeg(120, 80)), site.given_file("inside.png", &png(30, 20)));
    let (first, second) = (small.entry("/posts/post-4"), small.entry("/posts/post-6"));
    small.after("a picture above the text", small.edit(first, |form| form.fill([("image_url", &above.address)]))).await;
    let body = format!("![]({})", inside.address);
    small.after("a picture in the text", small.edit(second, |form| form.fill([("body", &body)]))).await;
    small
        .after("the renditions of pictures", async {
            assert_eq!(site.run_jobs(), 2);
        })
        .await;
    for (what, file) in [("words on a picture above the text", above.id), ("words on a picture in the text", inside.id)] {
        let page = format!("/admin/media/{file}");
        let change = small.submit(&page, "#file", |form| form.fill([("alt", "A cat"), ("caption", "On a chair")]));
        assert_eq!(small.after(what, change).await, 1, "{what}: the page of one post");
    }
    let page = format!("/admin/media/{}", above.id);
    let moved = small.submit(&page, "#file", |form| form.fill([("focal_x", "10"), ("focal_y", "20")]));
    assert_eq!(small.after("nothing: a focal point, until there are other crops", moved).await, 0);
    small
        .after("other crops", async {
            assert_eq!(site.run_jobs(), 1);
        })
        .await;
    small.after("no picture above the text", small.edit(first, |form| form.fill([("image_url", "")]))).await;
    site.run_jobs();
}

#[actix_web::test]
async fn no_page_is_stale_after_files_have_changed() {
    let (small, authors) = Small::new().await;
    let (file, other) = (small.site.given_file("plan.gif", &gif(2)), small.site.given_file("other.gif", &gif(3)));
    small.site.given(a_post("Plans").by(authors.ada).published().with(|draft| draft.body = format!("![The plan]({})", file.address)));
    let replace = async |id: FileId, width: u8| {
        let form = small.owner.get(&format!("/admin/media/{id}/replacement")).await.form("#replacement");
        small.owner.submit_files(form, "file", &[("new.gif", &gif(width))]).await.assert_status(303);
    };
    assert_eq!(small.after("another picture in place of one", replace(file.id, 7)).await, 1);
    assert_eq!(small.after("nothing: another file in place of one that no page shows", replace(other.id, 8)).await, 0);
    let page = format!("/admin/media/{}", file.id);
    assert_eq!(
        small.after("nothing: another name of a file", small.submit(&page, "#file", |form| form.fill([("name", "x.gif")]))).await,
        0
    );
    let deletion = format!("{page}/deletion");
    let gone = small.submit(&deletion, "#deletion", |form| form.tick("used", "true"));
    assert_eq!(small.after("a file that is gone", gone).await, 1);
    small.site.run_jobs();
}

#[actix_web::test]
async fn no_page_is_stale_after_a_card_has_come_and_changed() {
    let (small, _) = Small::new().await;
    let other = Other::start();
    let state = State { outgoing: Other::client(), ..small.site.state.clone() };
    let run = || {
        small.site.later(TimeDelta::seconds(10));
        run_due(&state.job_env(), JOBS).unwrap();
    };
    let (patterns, endpoint, film) = (other.url("/watch/*"), other.url("/oembed"), other.url("/watch/1"));
    let fill = |form: Form| form.fill([("name", "Films"), ("patterns", &patterns), ("endpoint", &endpoint)]);
    assert_eq!(small.after("nothing: a provider", small.submit("/admin/embeds/providers/new", "#provider", fill)).await, 0);
    small.after("a link alone", small.edit(small.entry("/posts/post-6"), |form| form.fill([("body", &film)]))).await;
    other.has("/oembed", 200, "", "{\"title\":\"A film\",\"type\":\"video\"}");
    assert_eq!(small.after("its card", async { run() }).await, 1, "the page of one post");
    let again = async || {
        small.submit("/admin/embeds", "#embeds form", |form| form).await;
        run();
    };
    assert_eq!(small.after("nothing: the same answer", again()).await, 0);
    other.has("/oembed", 200, "", "{\"title\":\"Another film\",\"type\":\"video\"}");
    assert_eq!(small.after("another answer", again()).await, 1);
    other.has("/oembed", 404, "", "");
    assert_eq!(small.after("nothing: a film that is gone keeps its card", again()).await, 0);
    small.after("setting: no cards", small.submit("/admin/embeds/settings", "#settings", |form| form.without("on"))).await;
    assert_eq!(small.after("a link again", async { run() }).await, 1);
}
