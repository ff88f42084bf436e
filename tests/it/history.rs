//! Never lose a word: revisions and what differs between them, coalescing, autosave, who else is here, conflicts.

use crate::support::{
    answer::{Answer, Form},
    site::{AnEntry, Site, Visitor, a_page, a_post},
};
use chrono::TimeDelta;
use diesel::prelude::*;
use mainstay::{
    accounts::model::user::User,
    content::{
        jobs::Sweep,
        model::{
            entry::{Entry, EntryId},
            merge, publishing,
            revision::{self, Draft, Kept, Revision, RevisionId},
            saving,
            share::{self, NewLink},
            workflow::review::{self, Plan},
        },
    },
    jobs::Job,
    journal::Actor,
    schema::{entries, revisions, submissions},
    web::person::{Role, UserId},
};
use std::time::Instant;

/// A site with one entry and somebody who writes it.
struct Desk {
    site: Site,
    user: UserId,
    ada: Visitor,
    id: EntryId,
    edit: String,
}

impl Desk {
    async fn new(entry: AnEntry) -> Desk {
        let site = Site::start().await;
        let user = site.given_user(Role::Editor);
        let id = site.given(entry);
        Desk { user, ada: site.session_of(user), id, edit: format!("/admin/entries/{id}"), site }
    }

    async fn form(&self, by: &Visitor) -> Form {
        by.get(&self.edit).await.form("#editor")
    }

    /// Saves another body.
    async fn save(&self, by: &Visitor, body: &str) -> Answer {
        let form = self.form(by).await.fill([("body", body), ("do", "save")]);
        by.submit(form).await
    }

    async fn autosave(&self, by: &Visitor, form: Form) -> Answer {
        by.submit(form.to(&format!("{}/autosave", self.edit))).await
    }

    fn latest(&self) -> RevisionId {
        let latest: Option<RevisionId> =
            entries::table.find(self.id).select(entries::latest_revision_id).first(&mut self.site.database.conn()).unwrap();
        latest.unwrap()
    }

    fn kept(&self) -> Option<Kept> {
        let (id, user) = (self.latest(), self.user);
        self.site.write(move |conn| Ok(revision::is_kept(conn, id, Some(user))?))
    }

    async fn revisions(&self, query: &str) -> Answer {
        self.ada.get(&format!("{}/revisions{query}", self.edit)).await
    }
}

#[actix_web::test]
async fn saves_by_one_person_within_ten_minutes_are_one_revision() {
    let desk = Desk::new(a_post("Shared").with(|draft| draft.body = "One two three.".to_owned())).await;
    for (number, body) in ["One two.", "One two four.", "One two four five."].iter().enumerate() {
        desk.save(&desk.ada, body).await.assert_redirects_to(&desk.edit);
        desk.site.later(TimeDelta::minutes(3));
        assert_eq!(desk.site.count("revisions"), 2, "after save {number}");
    }
    assert_eq!(desk.site.count("journal WHERE kind = 'entry.saved'"), 3, "every save is in the journal");
    let words = revisions::table.filter(revisions::number.eq(2)).select((revisions::words_added, revisions::words_removed));
    assert_eq!(words.first::<(i32, i32)>(&mut desk.site.database.conn()), Ok((2, 1)), "against the revision before, not the replaced one");
    desk.site.later(TimeDelta::minutes(2)); // eleven minutes after the first of them
    desk.save(&desk.ada, "Later.").await.assert_status(303);
    assert_eq!(desk.site.count("revisions"), 3);
    let bob = desk.site.signed_in(Role::Editor);
    desk.save(&bob, "By somebody else.").await.assert_status(303);
    assert_eq!(desk.site.count("revisions"), 4);
    let list = desk.revisions("").await;
    list.assert_status(200).assert_shows("+2 −1 words").assert_shows("10:00").assert_shows("Editor 1").assert_shows("Editor 3");
    assert_eq!(list.texts(".revisions h2").len(), 4);
}

#[actix_web::test]
async fn the_editor_counts_revisions_up_to_a_hundred() {
    let desk = Desk::new(a_post("Long in the making")).await;
    for (saves, told) in [(0, "1 revision"), (1, "2 revisions"), (97, "99 revisions"), (1, "99+ revisions"), (3, "99+ revisions")] {
        for save in 0..saves {
            desk.site.later(TimeDelta::minutes(11));
            desk.save(&desk.ada, &format!("Once more, {save} of {saves}.")).await.assert_status(303);
        }
        assert_eq!(desk.ada.get(&desk.edit).await.texts("a[href$=revisions]"), [told]);
    }
}

#[actix_web::test]
async fn a_revision_that_something_refers_to_is_not_replaced() {
    let desk = Desk::new(a_post("Kept")).await;
    let (ada, site) = (&desk.ada, &desk.site);
    desk.save(ada, "1").await.assert_status(303);
    assert_eq!(desk.kept(), None);

    // Named.
    let named = desk.revisions("").await.form("#name-form-2").fill([("name", "Before the launch 🚀")]);
    ada.submit(named).await.assert_redirects_to(&format!("{}/revisions", desk.edit));
    desk.revisions("").await.assert_shows("Named revision 2 “Before the launch 🚀”").assert_shows("Revision 2: ");
    assert_eq!(desk.kept(), Some(Kept::Named));
    desk.save(ada, "2").await.assert_status(303);
    assert_eq!(site.count("revisions"), 3);

    // Noted when it was saved.
    let form = desk.form(ada).await.fill([("body", "3"), ("note", "Three at last."), ("do", "save")]);
    ada.submit(form).await.assert_status(303);
    assert_eq!((site.count("revisions"), desk.kept()), (3, Some(Kept::Noted)));
    desk.revisions("").await.assert_shows("Three at last.");
    desk.save(ada, "4").await.assert_status(303);
    assert_eq!(site.count("revisions"), 4);

    // Open on somebody else's desk.
    let bob = site.signed_in(Role::Editor);
    let for_bob = desk.form(&bob).await;
    assert_eq!(desk.kept(), Some(Kept::Open));
    desk.save(ada, "5").await.assert_status(303);
    assert_eq!(site.count("revisions"), 5);
    bob.submit(for_bob.fill([("do", "save")])).await.assert_status(409);

    // Live, and later what was live.
    ada.submit(desk.form(ada).await.fill([("do", "publish")])).await.assert_status(303);
    assert_eq!(desk.kept(), Some(Kept::Live));
    let live = desk.latest();
    desk.save(ada, "6").await.assert_status(303);
    assert_eq!((site.count("revisions"), desk.kept()), (6, None));
    ada.submit(desk.form(ada).await.fill([("do", "publish")])).await.assert_status(303);
    let once = site.write(|conn| Ok(revision::is_kept(conn, live, None)?));
    assert_eq!(once, Some(Kept::Published));

    // Scheduled.
    desk.save(ada, "7").await.assert_status(303);
    let (id, now) = (desk.id, site.state.clock.now());
    site.write(move |conn| publishing::schedule(conn, id, now + TimeDelta::days(1), &Actor::default(), now));
    assert_eq!(desk.kept(), Some(Kept::Scheduled));
    desk.save(ada, "8").await.assert_status(303);
    assert_eq!(site.count("revisions"), 8);
}

#[actix_web::test]
async fn what_a_job_or_a_command_saves_stays_a_revision_of_its_own() {
    let desk = Desk::new(a_post("Imported")).await;
    for body in ["1", "2"] {
        let (id, latest, now) = (desk.id, desk.latest(), desk.site.state.clock.now());
        desk.site.write(move |conn| {
            let mut draft = revision::Revision::find(conn, latest)?.draft();
            body.clone_into(&mut draft.body);
            mainstay::content::model::saving::save(conn, id, latest, &draft, &Actor::default(), now).map(drop)
        });
    }
    assert_eq!(desk.site.count("revisions"), 3);
}

#[actix_web::test]
async fn two_revisions_are_compared_word_by_word_and_field_by_field() {
    let desk = Desk::new(a_post("Old title").with(|draft| draft.body = "A pool of ten.\n\nThe end.".to_owned())).await;
    let form = desk.form(&desk.ada).await.fill([
        ("title", "New title"),
        ("body", "A pool of twelve.\n\nThe end."),
        ("tags", "sql"),
        ("summary", "Short. <b>"),
        ("do", "save"),
    ]);
    desk.ada.submit(form).await.assert_status(303);
    let page = desk.revisions("?from=1&to=2").await;
    page.assert_status(200).assert_shows("<del>ten</del><ins>twelve</ins>").assert_shows("<del>Old</del><ins>New</ins> title");
    page.assert_shows("<ins>Short. &#60;b&#62;</ins>").assert_lacks("<b>");
    assert_eq!(page.texts(".diff-fields dt"), ["Tags"]);
    assert_eq!(page.texts(".diff-fields ins"), ["sql"]);
    let turned = desk.revisions("?from=2&to=1").await;
    turned.assert_shows("<del>ten</del><ins>twelve</ins>");
    desk.revisions("?from=2&to=2").await.assert_status(200).assert_shows("Nothing differs.");
    desk.revisions("?from=1&to=99").await.assert_status(404);
    desk.revisions("?from=x&to=").await.assert_status(200).assert_shows("Compare the two chosen");
    let list = desk.revisions("").await;
    let chosen = list.attributes(".revisions input[checked]", "id");
    assert_eq!(chosen, ["to-2", "from-1"], "the newest and the one before");
    desk.ada.get(&desk.edit).await.assert_shows("2 revisions");
}

#[actix_web::test]
async fn comparing_long_texts_is_fast_and_hostile_ones_are_bounded() {
    let words = |salt: usize| -> String {
        (0..5000).map(|at| if at % 40 == salt { format!("changed{salt} ") } else { format!("word{} ", at % 700) } + if at % 90 == 89 { "\n\n" } else { "" }).collect()
    };
    let desk = Desk::new(a_post("Long").with(|draft| draft.body = words(3))).await;
    desk.save(&desk.ada, &words(7)).await.assert_status(303);
    let begun = Instant::now();
    let page = desk.revisions("?from=1&to=2").await;
    let took = begun.elapsed();
    page.assert_status(200).assert_shows("<ins>");
    log::warn!("a page that compares two texts of 5,000 words took {took:?} in this build");
    assert!(took.as_secs() < 3, "{took:?}");

    let hostile = |salt: u64| -> String {
        (0..240_000_u64).map(|at| format!("{}{}", (at * at + salt * at) % 97, if at % 3 == 0 { "\n" } else { " " })).collect()
    };
    let form = desk.form(&desk.ada).await;
    let begun = Instant::now();
    for salt in [1, 2] {
        desk.site.later(TimeDelta::minutes(20));
        let base = desk.latest().to_string();
        desk.ada.submit(form.clone().fill([("base", &base), ("body", &hostile(salt)), ("do", "save")])).await.assert_status(303);
    }
    let saved = begun.elapsed() / 2;
    let begun = Instant::now();
    let page = desk.revisions("?from=3&to=4").await;
    let took = begun.elapsed();
    page.assert_status(200);
    log::warn!("saving 700 KB of chance took {saved:?}, comparing two of them {took:?}, and the page has {} KB", page.bytes.len() / 1024);
    assert!(took.as_secs() < 10 && page.bytes.len() < 4_000_000, "{took:?}, {} bytes", page.bytes.len());
}

#[actix_web::test]
async fn an_old_revision_is_restored_as_a_new_one() {
    let desk = Desk::new(a_post("Live").published().with(|draft| draft.body = "First words.".to_owned())).await;
    desk.save(&desk.ada, "Second words.").await.assert_status(303);
    let asked = desk.ada.get(&format!("{}/revisions/1/restoration", desk.edit)).await;
    asked.assert_shows("Restore revision 1 of “Live”?").assert_shows("Visitors see no change until you publish it");
    assert_eq!((asked.texts("del"), asked.texts("ins")), (vec!["Second".to_owned()], vec!["First".to_owned()]));
    desk.ada.submit(asked.form("#confirm")).await.assert_redirects_to(&desk.edit);
    let page = desk.ada.get(&desk.edit).await;
    page.assert_shows("Revision 1 is the newest draft again.");
    assert_eq!(page.form("#editor").value("body"), "First words.");
    assert_eq!(desk.site.count("revisions"), 3, "within ten minutes, but what it replaced is not lost");
    desk.revisions("").await.assert_shows("Restored from revision 1.");
    desk.ada.submit(asked.form("#confirm")).await.assert_status(303); // pressed twice
    assert_eq!((desk.site.count("revisions"), desk.site.count("journal WHERE kind = 'entry.reverted'")), (3, 1));
    desk.ada.get("/admin/journal").await.assert_shows("reverted “Live”");
    desk.ada.get(&format!("{}/revisions/9/restoration", desk.edit)).await.assert_status(404);
    desk.site.visitor().get("/posts/live").await.assert_shows("First words.");
}

#[actix_web::test]
async fn a_revision_whose_address_or_parent_is_gone_is_restored_where_the_entry_stands() {
    let desk = Desk::new(a_page("Old").with(|draft| draft.slug = "old".to_owned())).await;
    let author = desk.site.given_user(Role::Author);
    desk.ada.submit(desk.form(&desk.ada).await.fill([("slug", "new"), ("body", "Other."), ("do", "save")])).await.assert_status(303);
    desk.site.given(a_page("Another").by(author).with(|draft| draft.slug = "old".to_owned()));
    let asked = desk.ada.get(&format!("{}/revisions/1/restoration", desk.edit)).await;
    desk.ada.submit(asked.form("#confirm")).await.assert_redirects_to(&desk.edit);
    let form = desk.form(&desk.ada).await;
    assert_eq!((form.value("slug"), form.value("body")), ("new", "The text of Old."));
}

#[actix_web::test]
async fn a_name_that_is_too_long_comes_back_with_a_sentence_at_its_field() {
    let desk = Desk::new(a_post("Named")).await;
    let form = desk.revisions("").await.form("#name-form-1");
    let long = "ü".repeat(121);
    let refused = desk.ada.submit(form.clone().fill([("name", &long)])).await;
    refused.assert_status(422).assert_shows("Shorten the name to 120 characters.");
    assert_eq!(refused.form("#name-form-1").value("name"), long);
    desk.ada.submit(form.clone().fill([("name", "One")])).await.assert_status(303);
    desk.ada.submit(form.clone().fill([("name", "One")])).await.assert_status(303);
    desk.ada.submit(form.fill([("name", "")])).await.assert_status(303);
    desk.revisions("").await.assert_shows("Took the name of revision 1 away.");
    assert_eq!(desk.site.count("journal WHERE kind = 'revision.named'"), 2);
}

#[actix_web::test]
async fn the_list_of_revisions_is_paged() {
    let desk = Desk::new(a_post("Long history")).await;
    for number in 0..34 {
        desk.site.later(TimeDelta::minutes(11));
        desk.save(&desk.ada, &format!("Text {number}.")).await.assert_status(303);
    }
    let first = desk.revisions("").await;
    let second = desk.ada.get(&first.attributes("a[rel=next]", "href")[0]).await;
    assert_eq!((first.texts(".revisions h2").len(), second.texts(".revisions h2").len()), (30, 5));
    second.assert_shows("Revision 5").assert_shows("Revision 1");
    let back = desk.ada.get(&second.attributes("a[rel=prev]", "href")[0]).await;
    assert_eq!(back.texts(".revisions h2"), first.texts(".revisions h2"));
}

#[actix_web::test]
async fn an_hour_of_autosaving_leaves_one_row() {
    let desk = Desk::new(a_post("Typed")).await;
    let form = desk.form(&desk.ada).await;
    for number in 0..240 {
        desk.site.later(TimeDelta::seconds(15));
        let answer = desk.autosave(&desk.ada, form.clone().fill([("body", &format!("Word {number}")), ("do", "save")])).await;
        answer.assert_status(200);
    }
    assert_eq!((desk.site.count("autosaves"), desk.site.count("revisions")), (1, 1));
    assert_eq!(desk.site.count("journal WHERE kind <> 'entry.created'"), 0);
    let answer = desk.autosave(&desk.ada, form.fill([("body", "The last word.")])).await;
    assert_eq!(desk.site.count("autosaves"), 1);
    assert_eq!(answer.body, "{\"saved_at\":\"11:00:00\"}");
    desk.site.visitor().get("/posts/typed").await.assert_status(404);
}

#[actix_web::test]
async fn what_was_not_saved_is_offered_compared_taken_over_or_discarded() {
    let desk = Desk::new(a_post("Typed").with(|draft| draft.body = "Old words.".to_owned())).await;
    let ada = &desk.ada;
    let form = desk.form(ada).await.fill([("title", ""), ("body", "New words."), ("slug", "Not A Slug"), ("date", "tomorrow")]);
    desk.autosave(ada, form).await.assert_status(200); // nothing typed is refused
    desk.site.later(TimeDelta::minutes(5));
    let back = ada.get(&desk.edit).await;
    back.assert_shows("You have unsaved changes from 10:00.");
    assert_eq!(back.form("#editor").value("body"), "Old words.");
    let compared = ada.get(&back.link("See what differs")).await;
    compared.assert_shows("<del>Old</del><ins>New</ins> words.").assert_shows("<del>Typed</del>").assert_shows("Not A Slug");

    // They wait while somebody ignores them: neither typing nor saving takes their place.
    let ignored = back.form("#editor").fill([("body", "Third words.")]);
    desk.autosave(ada, ignored.clone()).await.assert_status(409);
    ada.submit(ignored.fill([("do", "save")])).await.assert_redirects_to(&desk.edit);
    let again = ada.get(&desk.edit).await;
    again.assert_shows("You have unsaved changes from 10:00.");

    let taken = ada.get(&again.link("Take them over")).await;
    let form = taken.form("#editor");
    assert_eq!((form.value("title"), form.value("body"), form.value("slug")), ("", "New words.", "Not A Slug"));
    taken.assert_lacks("You have unsaved changes");
    let merged = ada.submit(form.fill([("title", "Typed"), ("slug", "typed"), ("date", ""), ("do", "save")])).await;
    merged.assert_status(409).assert_shows("You saved this entry in another window.");
    let chosen = merged.form("#editor").fill([("body", "New words."), ("do", "save")]);
    ada.submit(chosen).await.assert_redirects_to(&desk.edit);
    assert_eq!((desk.form(ada).await.value("body"), desk.site.count("autosaves")), ("New words.", 0));

    let form = desk.form(ada).await.fill([("body", "Not wanted.")]);
    desk.autosave(ada, form).await.assert_status(200);
    let discard = ada.get(&desk.edit).await.form("#discard-autosave");
    ada.submit(discard.clone()).await.assert_redirects_to(&desk.edit);
    ada.get(&desk.edit).await.assert_shows("Discarded what was not saved.").assert_lacks("unsaved changes");
    ada.submit(discard).await.assert_status(303);
    assert_eq!(desk.site.count("autosaves"), 0);
}

#[actix_web::test]
async fn what_was_typed_is_ones_own_and_goes_with_a_save() {
    let desk = Desk::new(a_post("Typed")).await;
    let bob = desk.site.signed_in(Role::Editor);
    let form = desk.form(&desk.ada).await.fill([("body", "Ada's words.")]);
    desk.autosave(&desk.ada, form.clone()).await.assert_status(200);
    bob.get(&desk.edit).await.assert_lacks("unsaved changes").assert_lacks("Ada&#39;s words.");
    desk.ada.submit(form.fill([("do", "save")])).await.assert_status(303);
    assert_eq!(desk.site.count("autosaves"), 0);
    // What came to the same as the newest revision is no change.
    let form = desk.form(&desk.ada).await;
    desk.autosave(&desk.ada, form.clone().fill([("body", "Something.")])).await.assert_status(200);
    desk.autosave(&desk.ada, form).await.assert_status(200);
    assert_eq!(desk.site.count("autosaves"), 0);
    desk.ada.get(&desk.edit).await.assert_lacks("unsaved changes");
}

#[actix_web::test]
async fn a_new_entry_that_was_never_saved_is_offered_on_the_next_empty_sheet() {
    let site = Site::start().await;
    let ada = site.signed_in(Role::Author);
    let form = ada.get("/admin/entries/new?kind=page").await.form("#editor");
    for title in ["Beg", "Begun"] {
        ada.submit(form.clone().fill([("title", title), ("body", "Some words.")]).to("/admin/entries/autosave")).await.assert_status(200);
    }
    assert_eq!(site.count("autosaves"), 1);
    let forged = form.clone().fill([("nonce", "made up")]).to("/admin/entries/autosave");
    ada.submit(forged).await.assert_status(422);
    let next = ada.get("/admin/entries/new?kind=post").await;
    next.assert_shows("You began “Begun”");
    let taken = ada.get(&next.link("Take it over")).await.form("#editor");
    assert_eq!((taken.value("title"), taken.value("body"), taken.value("kind")), ("Begun", "Some words.", "page"));
    ada.submit(taken.fill([("do", "save")])).await.assert_status(303);
    assert_eq!((site.count("autosaves"), site.count("entries")), (0, 1));
    site.signed_in(Role::Author).get("/admin/entries/new").await.assert_lacks("You began");

    let form = ada.get("/admin/entries/new").await.form("#editor").fill([("body", "Untitled words.")]);
    ada.submit(form.to("/admin/entries/autosave")).await.assert_status(200);
    let page = ada.get("/admin/entries/new").await;
    page.assert_shows("You began “Untitled”");
    ada.submit(page.form("form[action='/admin/entries/autosave/discard']")).await.assert_redirects_to("/admin/entries");
    assert_eq!(site.count("autosaves"), 0);
}

#[actix_web::test]
async fn what_nobody_comes_back_for_is_deleted_after_thirty_days() {
    let desk = Desk::new(a_post("Typed")).await;
    let form = desk.form(&desk.ada).await.fill([("body", "Left.")]);
    desk.autosave(&desk.ada, form).await.assert_status(200);
    let sweep = || {
        let now = desk.site.state.clock.now();
        desk.site.write(|conn| Ok(Sweep.enqueue(conn, now)?));
        assert_eq!(desk.site.run_jobs(), 1);
    };
    desk.site.later(TimeDelta::days(29));
    sweep();
    assert_eq!((desk.site.count("autosaves"), desk.site.count("editing")), (1, 0));
    desk.site.later(TimeDelta::days(2));
    sweep();
    assert_eq!(desk.site.count("autosaves"), 0);
}

#[actix_web::test]
async fn an_author_keeps_words_for_own_entries_only() {
    let desk = Desk::new(a_post("Theirs")).await;
    let author = desk.site.signed_in(Role::Author);
    let form = author.get("/admin/entries/new").await.form("#editor").fill([("body", "Mine.")]);
    desk.autosave(&author, form.clone()).await.assert_status(403);
    author.submit(form.to(&format!("{}/presence", desk.edit))).await.assert_status(403);
    assert_eq!((desk.site.count("autosaves"), desk.site.count("editing")), (0, 0));
}

#[actix_web::test]
async fn who_else_is_writing_is_told_for_a_minute() {
    let desk = Desk::new(a_post("Busy")).await;
    let bob = desk.site.signed_in(Role::Editor);
    desk.ada.get(&desk.edit).await.assert_lacks("is editing this");
    desk.site.later(TimeDelta::seconds(8));
    let page = bob.get(&desk.edit).await;
    page.assert_shows("Editor 1 is editing this, last seen 8 s ago.").assert_lacks("Editor 3 is editing");
    let beat = |leaving: &str| {
        let fields = [("token", desk.ada.token.as_str()), ("base", "1"), ("leaving", leaving)];
        Form::forged(&format!("{}/presence", desk.edit), &fields)
    };
    desk.site.later(TimeDelta::seconds(2));
    assert_eq!(desk.ada.submit(beat("false")).await.body, "{\"others\":[\"Editor 3 is editing this, last seen 2 s ago.\"]}");
    desk.site.later(TimeDelta::seconds(61));
    bob.get(&desk.edit).await.assert_lacks("Editor 1 is editing");
    assert_eq!(desk.ada.submit(beat("false")).await.status.as_u16(), 200);
    bob.get(&desk.edit).await.assert_shows("Editor 1 is editing this, last seen 0 s ago.");
    assert_eq!(desk.ada.submit(beat("true")).await.body, "{\"others\":[]}");
    bob.get(&desk.edit).await.assert_lacks("Editor 1 is editing");
    // A save says good-bye; the page after it says hello again.
    desk.ada.submit(desk.form(&desk.ada).await.fill([("body", "Done."), ("do", "save")])).await.assert_status(303);
    assert_eq!(desk.site.count(&format!("editing WHERE user_id = {}", desk.user)), 0);
}

#[actix_web::test]
async fn a_conflict_begins_with_a_merge_and_shows_all_three_texts() {
    let body = "# Pools\n\nA pool lends connections.\n\nIt has ten of them.\n\nThe end.";
    let desk = Desk::new(a_post("Pools").with(|draft| draft.body = body.to_owned())).await;
    let (ada, bob) = (&desk.ada, desk.site.signed_in(Role::Editor));
    let (for_ada, for_bob) = (desk.form(ada).await, desk.form(&bob).await);
    let of_ada = body.replace("lends", "lends and takes back").replace("ten", "twelve");
    ada.submit(for_ada.fill([("body", &of_ada), ("tags", "sql"), ("title", "Ada's pools"), ("do", "save")])).await.assert_status(303);
    let of_bob = body.replace("The end.", "The end, for now.").replace("ten", "twenty");
    let sent = for_bob.fill([("body", &of_bob), ("summary", "Bob's summary."), ("title", "Bob's pools"), ("do", "publish")]);
    let refused = bob.submit(sent.clone()).await;
    refused
        .assert_status(409)
        .assert_shows("Editor 1 saved this entry while you were writing.")
        .assert_shows("One passage was changed on both sides")
        .assert_shows("What they changed")
        .assert_shows("What you changed here");
    let form = refused.form("#editor");
    let two = format!("{}\nIt has twenty of them.\n{}\nIt has twelve of them.\n{}", merge::YOURS, merge::THEIRS, merge::END);
    let wanted =
        body.replace("lends", "lends and takes back").replace("The end.", "The end, for now.").replace("It has ten of them.", &two);
    assert_eq!(form.value("body"), wanted);
    assert_eq!((form.value("title"), form.value("tags"), form.value("summary")), ("Bob's pools", "sql", "Bob's summary."));
    assert_eq!(refused.texts(".theirs .diff-fields dt"), ["Title", "Tags"], "the clash, and what they changed");
    for (area, text) in [("yours", &of_bob), ("theirs", &of_ada), ("base", &body.to_owned())] {
        assert_eq!(refused.texts(&format!("#{area}-body"))[0], text.split_whitespace().collect::<Vec<_>>().join(" "));
    }
    assert_eq!(desk.site.count("revisions"), 2, "nothing was overwritten");
    bob.get(&desk.edit).await.assert_shows("You have unsaved changes from 10:00."); // should the window be closed now

    // Sent once more as it was, it is refused once more; with a choice left open it is kept, but does not go out.
    bob.submit(sent).await.assert_status(409);
    bob.submit(form.clone().fill([("do", "publish")])).await.assert_status(422).assert_shows("Two versions of a passage still stand");
    bob.submit(form.clone().fill([("do", "save")])).await.assert_redirects_to(&desk.edit);
    let chosen = wanted.replace(&two, "It has twenty of them.");
    bob.submit(desk.form(&bob).await.fill([("body", &chosen), ("do", "publish")])).await.assert_redirects_to(&desk.edit);
    desk.site.visitor().get("/posts/pools").await.assert_shows("lends and takes back").assert_shows("The end, for now.");
    desk.revisions("?from=1&to=2").await.assert_shows("takes back");
}

#[actix_web::test]
async fn changes_that_do_not_meet_are_merged_without_a_question() {
    let desk = Desk::new(a_post("Quiet").with(|draft| draft.body = "One.\n\nTwo.\n\nThree.".to_owned())).await;
    let bob = desk.site.signed_in(Role::Editor);
    let for_bob = desk.form(&bob).await;
    desk.save(&desk.ada, "One!\n\nTwo.\n\nThree.").await.assert_status(303);
    let refused = bob.submit(for_bob.fill([("body", "One.\n\nTwo.\n\nThree?"), ("do", "save")])).await;
    refused.assert_status(409).assert_lacks("Keep what you want");
    let form = refused.form("#editor");
    assert_eq!(form.value("body"), "One!\n\nTwo.\n\nThree?");
    bob.submit(form.fill([("do", "save")])).await.assert_redirects_to(&desk.edit);
    assert_eq!(desk.site.count("revisions"), 3);
}

#[actix_web::test]
async fn of_saves_at_the_same_moment_one_is_taken_and_the_others_are_told() {
    let desk = Desk::new(a_post("Rush")).await;
    for round in 0..5 {
        let mut waiting = Vec::new();
        for number in 0..6 {
            let person = desk.site.signed_in(Role::Editor);
            let body = format!("Words {round} of {number}.");
            let form = desk.form(&person).await.fill([("body", &body), ("do", "save")]);
            waiting.push((person, form));
        }
        let running: Vec<_> = waiting
            .into_iter()
            .map(|(person, form)| actix_web::rt::spawn(async move { person.submit(form).await.status.as_u16() }))
            .collect();
        let mut statuses = Vec::new();
        for one in running {
            statuses.push(one.await.unwrap());
        }
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 409, 409, 409, 409, 409]);
        assert_eq!(desk.site.count("revisions"), 2 + round);
    }
}

#[actix_web::test]
async fn where_the_common_base_is_gone_both_texts_are_shown_and_ones_own_stays() {
    let desk = Desk::new(a_post("Base").with(|draft| draft.body = "First.".to_owned())).await;
    let bob = desk.site.signed_in(Role::Editor);
    let for_bob = desk.form(&bob).await.fill([("base", "999999"), ("body", "Bob's."), ("do", "save")]);
    desk.save(&desk.ada, "Ada's.").await.assert_status(303);
    let refused = bob.submit(for_bob).await;
    refused.assert_status(409).assert_shows("The revision that you began from is gone").assert_shows("How their text differs from yours");
    assert_eq!((refused.form("#editor").value("body"), refused.texts("#theirs-body")[0].as_str()), ("Bob's.", "Ada's."));
}

#[actix_web::test]
async fn pruning_deletes_only_what_is_old_over_many_and_kept_by_nothing() {
    let desk = Desk::new(a_post("Old").published()).await;
    for number in 0..9 {
        desk.site.later(TimeDelta::days(1));
        desk.save(&desk.ada, &format!("Text {number}.")).await.assert_status(303);
    }
    let named = desk.revisions("").await.form("#name-form-3").fill([("name", "Keep me")]);
    desk.ada.submit(named).await.assert_status(303);
    desk.site.write({
        let (id, now) = (desk.id, desk.site.state.clock.now());
        move |conn| publishing::publish(conn, id, &Actor::default(), now) // the tenth; the first was live once
    });
    desk.site.later(TimeDelta::days(96)); // the newest five are younger than a hundred days
    let numbers =
        || revisions::table.order(revisions::number).select(revisions::number).load::<i32>(&mut desk.site.database.conn()).unwrap();
    let prune = |keep: i64, rehearse: bool| {
        let now = desk.site.state.clock.now();
        let pruned = desk.site.write(move |conn| Ok(revision::prune(conn, 0.into(), TimeDelta::days(100), keep, rehearse, now)?));
        (pruned.deleted, pruned.kept)
    };
    assert_eq!((prune(2, true), numbers().len()), ((3, 2), 10), "a rehearsal changes nothing");
    assert_eq!((prune(20, false), numbers().len()), ((0, 0), 10), "so many stay in any case");
    assert_eq!(prune(7, false), (1, 2));
    assert_eq!(numbers(), [1, 3, 4, 5, 6, 7, 8, 9, 10]);
    assert_eq!(prune(1, false), (2, 2));
    assert_eq!(numbers(), [1, 3, 6, 7, 8, 9, 10]);
    assert_eq!((prune(1, false), desk.site.count("journal WHERE kind = 'revisions.pruned'")), ((0, 2), 2));
    desk.revisions("").await.assert_status(200);
    desk.site.run_jobs();
}

#[actix_web::test]
async fn what_is_in_review_due_or_shared_outlives_newer_saves_and_pruning() {
    let site = Site::start().await;
    let ada = site.given_user(Role::Contributor);
    let actor = Actor::of(ada);
    let now = site.state.clock.now();
    let entries = ["In review", "Due", "Shared", "Nothing keeps it"].map(|title| site.given(a_post(title).by(ada)));
    let [reviewed, due, shared, _] = entries;
    let first = |id: EntryId| {
        revisions::table
            .filter(revisions::entry_id.eq(id))
            .select(revisions::id)
            .order(revisions::number)
            .first::<RevisionId>(&mut site.database.conn())
    };
    let kept = entries.map(|id| first(id).unwrap());
    let link = NewLink { label: "Board".to_owned(), revision: Some(kept[2]), allows_notes: false, days: 30, nonce: "1".to_owned() };
    site.write(|conn| {
        let person = User::find(conn, ada)?.person();
        review::submit(conn, reviewed, Plan::Author, "", &person, &actor, now)?;
        publishing::schedule(conn, due, now + TimeDelta::days(200), &actor, now)?;
        share::make(conn, shared, &link, &actor, now).map(drop)
    });
    let save = |body: &str| {
        let now = site.state.clock.now();
        for id in entries {
            site.write(|conn| {
                let newest = Entry::find(conn, id)?.latest_revision_id.unwrap();
                let draft = Draft { body: body.to_owned(), ..Revision::find(conn, newest)?.draft() };
                saving::save(conn, id, newest, &draft, &actor, now).map(drop)
            });
        }
    };
    save("A minute later, by the same person.");
    let there = |id: RevisionId| revisions::table.find(id).count().get_result::<i64>(&mut site.database.conn()).unwrap() == 1;
    assert_eq!(kept.map(there), [true, true, true, false], "only what nothing keeps is replaced");
    assert_eq!(
        kept.map(|id| site.write(move |conn| Ok(revision::is_kept(conn, id, None)?)))[1..3],
        [Some(Kept::Scheduled), Some(Kept::Shared)]
    );
    // The submission has moved along to the newer draft, which is kept now in the first one's place.
    let submitted =
        || submissions::table.select(submissions::revision_id).first::<Option<RevisionId>>(&mut site.database.conn()).unwrap().unwrap();
    let in_review = submitted();
    assert_eq!(site.write(move |conn| Ok(revision::is_kept(conn, in_review, None)?)), Some(Kept::Reviewed));

    site.later(TimeDelta::days(1));
    for number in 0..3 {
        site.later(TimeDelta::hours(1));
        save(&format!("Text {number}."));
    }
    site.later(TimeDelta::days(100));
    let now = site.state.clock.now();
    site.write(|conn| Ok(revision::prune(conn, 0.into(), TimeDelta::days(30), 1, false, now)?));
    assert!(there(kept[1]) && there(kept[2]) && there(submitted()));
    assert!(!there(kept[0]), "its place in the review is the newest draft's");
    site.run_jobs();
}
