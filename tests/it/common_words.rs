//! The search where a word stands in most of some thousand entries: the newest and all titles are kept in memory, and follow.

use crate::support::site::{Site, Visitor, a_post, begin};
use diesel::prelude::*;
use indicatif::ProgressBar;
use mainstay::{
    content::model::{
        entry::{Entry, EntryId},
        publishing,
        revision::Revision,
        saving, trash,
    },
    exchange::generate::{Options, generate},
    journal::Actor,
    schema::{search_documents, search_words},
    web::page_cache,
    web::person::Role,
};

/// More than a search looks through.
const ENTRIES: usize = 2500;

/// A large site, and two words that stand in most of its entries.
async fn large() -> (Site, [String; 2]) {
    let site = Site::start().await;
    site.given_user(Role::Owner);
    let options = Options { entries: ENTRIES, seed: 3, words: 300, force: false, folder: None };
    generate(&site.state.db, &options, begin(), &ProgressBar::hidden()).unwrap();
    site.state.pages.tell(&[page_cache::ALL.to_owned()]);
    let common = search_words::table.filter(search_words::documents.gt(1500)).filter(search_words::word.not_like("\\_%"));
    let common = common.filter(search_words::word.not_like("%\\_")).order(search_words::documents.desc());
    let common: Vec<String> = common.select(search_words::word).limit(2).load(&mut site.database.conn()).unwrap();
    (site, common.try_into().expect("two words stand in most entries"))
}

async fn titles(visitor: &Visitor, typed: &str) -> Vec<String> {
    let page = visitor.get(&format!("/search?q={}", typed.replace(' ', "%20").replace('"', "%22"))).await;
    page.assert_status(200);
    page.texts(".results h3")
}

/// The oldest entry that is found, which the newest thousand do not hold.
fn oldest(site: &Site) -> EntryId {
    let oldest = search_documents::table.order((search_documents::published_at, search_documents::entry_id));
    oldest.select(search_documents::entry_id).first(&mut site.database.conn()).unwrap()
}

fn rename(site: &Site, id: EntryId, title: &str) {
    let now = site.state.clock.now();
    site.write(|conn| {
        let entry = Entry::find(conn, id)?;
        let revision = entry.latest_revision_id.unwrap();
        let mut draft = Revision::find(conn, revision)?.draft();
        title.clone_into(&mut draft.title);
        saving::save(conn, id, revision, &draft, &Actor::of(entry.author_id), now)?;
        publishing::publish(conn, id, &Actor::default(), now)
    });
}

#[actix_web::test]
async fn an_old_title_is_found_although_its_words_stand_everywhere() {
    let (site, [one, two]) = large().await;
    let (visitor, now, old) = (site.visitor(), site.state.clock.now(), oldest(&site));
    assert!(titles(&visitor, &one).await.len() == 10);
    rename(&site, old, &format!("{one} {two}"));
    assert_eq!(titles(&visitor, &format!("{one} {two}")).await[0], format!("{one} {two}"));
    rename(&site, old, &format!("{two} and never {one}"));
    let found = titles(&visitor, &format!("{one} {two}")).await;
    assert!(found.contains(&format!("{two} and never {one}")) && !found.contains(&format!("{one} {two}")), "{found:?}");
    assert!(!titles(&visitor, &format!("{one} {two} -never")).await.contains(&format!("{two} and never {one}")));
    site.write(|conn| trash::trash(conn, old, &Actor::default(), now));
    assert!(!titles(&visitor, &format!("{one} {two}")).await.contains(&format!("{two} and never {one}")));
    site.run_jobs();
}

#[actix_web::test]
async fn what_is_new_is_found_at_once_and_what_is_gone_no_longer() {
    let (site, [one, two]) = large().await;
    let (visitor, now) = (site.visitor(), site.state.clock.now());
    titles(&visitor, &one).await;
    let body = format!("Here {one} and there {two}, and then {one} {two} in that order.");
    let new = site.given(a_post("Xylophones").published().with(|draft| draft.body.clone_from(&body)));
    let phrase = format!("\"then {one} {two} in that order\"");
    assert_eq!(titles(&visitor, &phrase).await, ["Xylophones"]);
    let loose = format!("\"{two} then {one}\"");
    assert!(!titles(&visitor, &loose).await.is_empty(), "nobody wrote that; both words stand in many");
    site.write(|conn| trash::trash(conn, new, &Actor::default(), now));
    assert!(!titles(&visitor, &phrase).await.contains(&"Xylophones".to_owned()));
}

#[actix_web::test]
async fn the_same_is_found_where_nothing_is_kept() {
    let (site, [one, two]) = large().await;
    let bare = mainstay::app::State {
        pages: std::sync::Arc::new(page_cache::PageCache::new(0, mainstay::clock::Clock::default())),
        ..site.state.clone()
    };
    let (kept, bare) = (site.visitor(), site.visitor_of(&bare).await);
    for typed in [one.clone(), format!("{one} {two}"), format!("{two}&kind=page"), format!("{one} -{two}"), format!("{one}&year=2024")] {
        assert_eq!(titles(&kept, &typed).await, titles(&bare, &typed).await, "{typed}");
    }
}
