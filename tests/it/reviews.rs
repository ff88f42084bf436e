//! Handing in, approving, asking for changes: from the author's button to what visitors see.

use crate::support::{
    answer::{Answer, Form},
    site::{BASE, Site, Visitor, a_page, a_post},
    smtp::MailServer,
};
use chrono::TimeDelta;
use diesel::prelude::*;
use mainstay::{
    app::JOBS,
    content::model::{
        category,
        entry::{EntryId, Kind},
        trash,
        workflow::{
            Step, Target, WorkflowId,
            changes::{self, NewWorkflow},
        },
    },
    jobs::{JobEnv, worker},
    journal::Actor,
    mail::Mail,
    schema::users,
    web::person::{Role, UserId},
};

/// Somebody who can log in, and so gets letters.
fn member(site: &Site, role: Role) -> (UserId, Visitor) {
    let id = site.given_user(role);
    diesel::update(users::table.find(id)).set(users::password_hash.eq("x")).execute(&mut site.database.conn()).unwrap();
    (id, site.session_of(id))
}

fn step(name: &str, roles: &[Role], people: &[UserId]) -> Step {
    Step { name: name.to_owned(), roles: roles.iter().map(|role| role.word().to_owned()).collect(), people: people.to_vec() }
}

fn wanted(name: &str, steps: Vec<Step>, covers: &[Target]) -> NewWorkflow {
    NewWorkflow { name: name.to_owned(), asks_again: true, steps, covers: covers.to_vec() }
}

fn given(site: &Site, workflow: &NewWorkflow) -> WorkflowId {
    let now = site.state.clock.now();
    site.write(|conn| changes::create(conn, workflow, &Actor::default(), now))
}

const POSTS: Target = Target::Kind(Kind::Post);

/// Editors approve all posts.
fn editors_approve_posts(site: &Site) -> WorkflowId {
    given(site, &wanted("House rules", vec![step("Look", &[Role::Editor], &[])], &[POSTS]))
}

/// Hands an entry in through the editor's form, and returns the address of the review.
async fn submit(author: &Visitor, id: EntryId) -> String {
    submit_with(author, id, &[]).await
}

async fn submit_with(author: &Visitor, id: EntryId, fields: &[(&str, &str)]) -> String {
    let edit = format!("/admin/entries/{id}");
    let mut form = author.get(&edit).await.form("#editor");
    for (name, value) in fields {
        form = form.fill([(*name, *value)]);
    }
    author.submit(form.fill([("do", "submit")])).await.assert_redirects_to(&edit);
    author.get(&edit).await.attributes("a[href^='/admin/reviews/']", "href")[0].clone()
}

async fn save(author: &Visitor, id: EntryId, body: &str) {
    let form = author.get(&format!("/admin/entries/{id}")).await.form("#editor");
    author.submit(form.fill([("body", body), ("do", "save")])).await.assert_status(303);
}

async fn approve(by: &Visitor, review: &str) -> Answer {
    let form = by.get(review).await.form("#review");
    by.submit(form).await
}

async fn ask_for_changes(by: &Visitor, review: &str, words: &str) -> Answer {
    let form = by.get(review).await.form("#review").fill([("words", words)]);
    by.submit(form.to(&format!("{review}/changes"))).await
}

fn draft(site: &Site, title: &str, author: UserId) -> EntryId {
    site.given(a_post(title).by(author))
}

/// Runs the jobs and returns the letters of this time: who reads it, and what it says.
fn letters(site: &Site) -> Vec<(String, String)> {
    let mut before = site.letters();
    site.run_jobs();
    // Two letters may say the same.
    let fresh = site.letters().into_iter().filter(|letter| match before.iter().position(|known| known == letter) {
        Some(known) => {
            before.swap_remove(known);
            false
        }
        None => true,
    });
    let line = |letter: &str, start: &str| letter.lines().find_map(|line| line.strip_prefix(start)).unwrap_or_default().trim().to_owned();
    let mut told: Vec<_> = fresh.map(|letter| (line(&letter, "To: "), letter)).collect();
    told.sort();
    told
}

fn readers(letters: &[(String, String)]) -> Vec<&str> {
    letters.iter().map(|(to, _)| to.as_str()).collect()
}

#[actix_web::test]
async fn an_author_submits_an_editor_asks_for_changes_then_approves_and_it_is_live() {
    let site = Site::start().await;
    editors_approve_posts(&site);
    let ((ada, author), (_, editor), visitor) = (member(&site, Role::Author), member(&site, Role::Editor), site.visitor());
    let post = draft(&site, "Pools", ada);
    let edit = format!("/admin/entries/{post}");
    let page = author.get(&edit).await;
    assert!(!page.attributes("button[name=do]", "value").contains(&"publish".to_owned()), "an author has no button to publish");
    page.assert_shows("The workflow “House rules” covers this entry").assert_shows("When it is approved, it goes out");

    let review = submit_with(&author, post, &[("review_words", "Is the figure right?")]).await;
    author.get(&edit).await.assert_shows("In review").assert_lacks("Submit for review").assert_lacks("When it is approved, it goes out");
    author.get("/admin/entries").await.assert_shows("In review");
    let told = letters(&site);
    assert_eq!(readers(&told), ["editor-2@example.org"]);
    for part in ["Subject: Waits for you: Pools", "Author 1 submitted", "step “Look”", "Is the figure right?"] {
        assert!(told[0].1.contains(part), "{part} in {}", told[0].1);
    }
    assert!(told[0].1.contains(&format!("{BASE}{review}")));

    editor.get("/admin").await.assert_shows("Waiting for you").assert_shows("Author 1 asks for your approval");
    assert_eq!(editor.get("/admin/reviews").await.texts("#reviews tbody th a"), ["Pools"]);
    assert_eq!(editor.get("/admin/tags").await.texts(".rail .n"), ["1 waiting for you"]);
    editor.get(&review).await.assert_shows("Is the figure right?").assert_shows("Asked: Editor 2");
    editor.get(&format!("{review}/preview")).await.assert_status(200).assert_shows("The text of Pools.").assert_shows("This is a preview");
    let silent = ask_for_changes(&editor, &review, "  ").await;
    silent.assert_status(422).assert_shows("Say what is to be changed");
    ask_for_changes(&editor, &review, "Say what “many” means.").await.assert_redirects_to(&review);
    let told = letters(&site);
    assert_eq!(readers(&told), ["author-1@example.org"]);
    assert!(told[0].1.contains("Say what “many” means.") && told[0].1.contains("Changes asked for: Pools"), "{}", told[0].1);
    author.get(&edit).await.assert_shows("Changes asked for").assert_shows("Say what “many” means.").assert_shows("Submit for review");
    author.get("/admin/entries").await.assert_shows("Changes asked for");
    assert_eq!(editor.get("/admin/tags").await.texts(".rail .n"), Vec::<String>::new());

    save(&author, post, "Forty, measured.").await;
    let again = submit(&author, post).await;
    assert_ne!(again, review);
    visitor.get("/posts/pools").await.assert_status(404);
    letters(&site);
    approve(&editor, &again).await.assert_redirects_to(&again);
    editor.get(&again).await.assert_shows("Approved and published.");
    visitor.get("/posts/pools").await.assert_status(200).assert_shows("Forty, measured.");
    let told = letters(&site);
    assert_eq!(readers(&told), ["author-1@example.org"], "one letter says both");
    assert!(told[0].1.contains("Editor 2 let “Pools” go live.") && told[0].1.contains("https://example.org/posts/pools"), "{}", told[0].1);
    for kind in ["entry.submitted", "entry.sent_back", "entry.approved", "entry.published"] {
        assert_eq!(site.count(&format!("journal WHERE kind = '{kind}'")), if kind == "entry.submitted" { 2 } else { 1 }, "{kind}");
    }
    assert_eq!((site.count("submission_asked"), site.count("submissions WHERE current_entry_id IS NOT NULL")), (0, 0));
    author.get(&edit).await.assert_shows("approved revision 2, step “Look”").assert_shows("Submit for review");
}

#[actix_web::test]
async fn steps_are_asked_one_after_the_other() {
    let site = Site::start().await;
    let ((ada, author), (legal, lawyer), (_, owner)) =
        (member(&site, Role::Author), member(&site, Role::Author), member(&site, Role::Owner));
    given(&site, &wanted("Two", vec![step("Legal", &[], &[legal]), step("Last look", &[Role::Owner], &[])], &[POSTS]));
    let post = draft(&site, "Terms", ada);
    let review = submit(&author, post).await;
    assert_eq!(readers(&letters(&site)), ["author-2@example.org"]);
    lawyer.get(&format!("/admin/entries/{post}")).await.assert_status(403);
    lawyer.get(&review).await.assert_status(200).assert_shows("The next step is asked when you approve this one.");
    lawyer.get(&format!("{review}/preview")).await.assert_status(200).assert_shows("The text of Terms.");
    assert!(!owner.get(&review).await.body.contains("Your answer"), "an owner is not asked yet");
    approve(&lawyer, &review).await.assert_redirects_to(&review);
    lawyer.get(&review).await.assert_shows("The next step is asked: Last look.");
    let told = letters(&site);
    assert_eq!(readers(&told), ["owner-3@example.org"], "the author hears of the last step only");
    site.visitor().get("/posts/terms").await.assert_status(404);
    approve(&owner, &review).await.assert_redirects_to(&review);
    site.visitor().get("/posts/terms").await.assert_status(200);
    assert_eq!(readers(&letters(&site)), ["author-1@example.org"]);
}

#[actix_web::test]
async fn of_two_who_answer_at_once_the_second_gets_a_sentence() {
    let site = Site::start().await;
    editors_approve_posts(&site);
    let ((ada, author), (_, bob), (_, eve)) = (member(&site, Role::Author), member(&site, Role::Editor), member(&site, Role::Editor));
    let review = submit(&author, draft(&site, "Once", ada)).await;
    let (for_bob, for_eve) = (bob.get(&review).await.form("#review"), eve.get(&review).await.form("#review"));
    bob.submit(for_bob.clone()).await.assert_redirects_to(&review);
    let late = eve.submit(for_eve.fill([("words", "No, wait.")]).to(&format!("{review}/changes"))).await;
    late.assert_status(409).assert_shows("Your answer was not taken").assert_shows("Editor 2");
    // Pressed twice, it is done once.
    bob.submit(for_bob).await.assert_redirects_to(&review);
    bob.get(&review).await.assert_shows("You have answered this already.");
    assert_eq!(site.count("submission_decisions WHERE verdict = 'approved'"), 1);
    assert_eq!(site.count("journal WHERE kind = 'entry.published'"), 1);
    site.run_jobs();
}

#[actix_web::test]
async fn two_approvals_at_the_same_moment_are_one() {
    let site = Site::start().await;
    editors_approve_posts(&site);
    let ((ada, author), (bob, _), (eve, _)) = (member(&site, Role::Author), member(&site, Role::Editor), member(&site, Role::Editor));
    let review = submit(&author, draft(&site, "Once", ada)).await;
    let id: i64 = review.rsplit('/').next().unwrap().parse().unwrap();
    let now = site.state.clock.now();
    let answers: Vec<_> = std::thread::scope(|scope| {
        let both = [bob, eve].map(|who| {
            let db = site.state.db.clone();
            scope.spawn(move || {
                use mainstay::{accounts::model::user::User, content::model::workflow::review};
                let person = db.read_here(|conn| Ok(User::find(conn, who)?)).unwrap().person();
                let actor = Actor::of(who);
                let seen = review::Seen { revision: 1.into(), step: 0 };
                db.write_here(|conn| review::approve(conn, id.into(), seen, "", None, &person, &actor, now)).unwrap()
            })
        });
        both.into_iter().map(|one| format!("{:?}", one.join().unwrap())).collect()
    });
    assert_eq!(answers.iter().filter(|answer| *answer == "Live").count(), 1, "{answers:?}");
    assert_eq!(answers.iter().filter(|answer| answer.starts_with("Overtaken")).count(), 1, "{answers:?}");
    assert_eq!(site.count("journal WHERE kind = 'entry.published'"), 1);
    site.run_jobs();
}

#[actix_web::test]
async fn saving_while_in_review_moves_the_review_and_asks_again_what_was_approved() {
    let site = Site::start().await;
    let ((ada, author), (legal, lawyer), (_, editor)) =
        (member(&site, Role::Author), member(&site, Role::Author), member(&site, Role::Editor));
    let both = || vec![step("Legal", &[], &[legal]), step("Look", &[Role::Editor], &[])];
    let id = given(&site, &wanted("Two", both(), &[POSTS]));
    let post = draft(&site, "Terms", ada);
    let review = submit(&author, post).await;
    letters(&site);
    let opened = lawyer.get(&review).await.form("#review");
    let seen = opened.value("revision").to_owned();
    save(&author, post, "Other words.").await;
    assert_eq!(letters(&site), [], "nobody has to be told twice");
    let late = lawyer.submit(opened).await;
    late.assert_status(409).assert_shows("Author 1 saved revision 2, which is in review now.");
    assert_ne!(late.form("#review").value("revision"), seen, "what stands there now can be answered");
    lawyer.submit(late.form("#review")).await.assert_redirects_to(&review);
    assert_eq!(readers(&letters(&site)), ["editor-3@example.org"]);

    let opened = editor.get(&review).await.form("#review");
    save(&author, post, "Other words again.").await;
    assert_eq!(readers(&letters(&site)), ["author-2@example.org"], "the first step is asked again");
    editor.submit(opened).await.assert_status(409).assert_shows("what was approved is asked again");
    assert!(editor.get("/admin/reviews").await.texts("#reviews tbody th a").is_empty());

    // With the switch off, approvals stand.
    let now = site.state.clock.now();
    let lenient = NewWorkflow { asks_again: false, ..wanted("Two", both(), &[POSTS]) };
    site.write(|conn| changes::change(conn, id, &lenient, &Actor::default(), now));
    let other = draft(&site, "Prices", ada);
    let review = submit(&author, other).await;
    approve(&lawyer, &review).await.assert_redirects_to(&review);
    letters(&site);
    save(&author, other, "Dearer.").await;
    assert_eq!(letters(&site), []);
    approve(&editor, &review).await.assert_redirects_to(&review);
    site.visitor().get("/posts/prices").await.assert_status(200).assert_shows("Dearer.");
    site.run_jobs();
}

#[actix_web::test]
async fn an_edit_after_the_last_approval_asks_again() {
    let site = Site::start().await;
    let workflow = editors_approve_posts(&site);
    let ((ada, author), (_, editor)) = (member(&site, Role::Author), member(&site, Role::Editor));
    let post = draft(&site, "Mine to time", ada);
    let edit = format!("/admin/entries/{post}");
    let review = submit_with(&author, post, &[("when", "author")]).await;
    approve(&editor, &review).await.assert_redirects_to(&review);
    site.visitor().get("/posts/mine-to-time").await.assert_status(404);
    author.get("/admin/entries").await.assert_shows("Approved");
    let told = letters(&site);
    assert!(told.iter().any(|(to, text)| to == "author-1@example.org" && text.contains("You can publish it now")), "{told:?}");

    save(&author, post, "Quite another text.").await;
    author.get(&edit).await.assert_shows("In review");
    let forged = author.get(&edit).await.form("#editor").fill([("title", "Typed"), ("do", "publish")]);
    let refused = author.submit(forged).await;
    refused.assert_status(422).assert_shows("This entry is in review, so it goes out when it is approved.");
    assert_eq!(refused.form("#editor").value("title"), "Typed");
    assert_eq!(readers(&letters(&site)), ["editor-2@example.org"]);
    approve(&editor, &review).await.assert_redirects_to(&review);
    author.submit(author.get(&edit).await.form("#editor").fill([("do", "publish")])).await.assert_redirects_to(&edit);
    site.visitor().get("/posts/mine-to-time").await.assert_status(200).assert_shows("Quite another text.");
    assert_eq!(site.count("submissions WHERE state = 'published'"), 1);

    let now = site.state.clock.now();
    let lenient = NewWorkflow { asks_again: false, ..wanted("House rules", vec![step("Look", &[Role::Editor], &[])], &[POSTS]) };
    site.write(|conn| changes::change(conn, workflow, &lenient, &Actor::default(), now));
    let review = submit_with(&author, draft(&site, "Once is enough", ada), &[("when", "author")]).await;
    approve(&editor, &review).await.assert_redirects_to(&review);
    let other: EntryId = (post.number() + 1).into();
    save(&author, other, "Better words.").await;
    author.get(&format!("/admin/entries/{other}")).await.assert_shows("Approved");
    let form = author.get(&format!("/admin/entries/{other}")).await.form("#editor");
    author.submit(form.fill([("do", "publish")])).await.assert_status(303);
    site.visitor().get("/posts/once-is-enough").await.assert_shows("Better words.");
    site.run_jobs();
}

#[actix_web::test]
async fn what_is_approved_for_a_set_time_goes_out_then_by_itself() {
    let site = Site::start().await;
    editors_approve_posts(&site);
    let ((ada, author), (_, editor)) = (member(&site, Role::Author), member(&site, Role::Editor));
    let at = [("when", "at"), ("publish_date", "2026-12-02"), ("publish_time", "08:00")];
    let review = submit_with(&author, draft(&site, "Tomorrow", ada), &at).await;
    let page = editor.get(&review).await;
    page.assert_shows("Once all is approved, it goes out on 2 December 2026, 08:00 UTC.");
    assert_eq!((page.form("#review").value("when"), page.form("#review").value("publish_time")), ("at", "08:00"));
    let open = page.form("#review").fill([("publish_date", ""), ("publish_time", ""), ("words", "Fine.")]);
    let answer = editor.submit(open).await;
    answer.assert_status(422).assert_shows("Give the day and the time");
    assert_eq!(answer.form("#review").value("words"), "Fine.");
    // The approver has the last word about the time.
    editor.submit(page.form("#review").fill([("publish_time", "09:00")])).await.assert_redirects_to(&review);
    let told = letters(&site);
    assert!(told.iter().any(|(to, text)| to == "author-1@example.org" && text.contains("2 December 2026, 09:00 UTC")), "{told:?}");
    site.later(TimeDelta::hours(22));
    site.visitor().get("/posts/tomorrow").await.assert_status(404);
    site.later(TimeDelta::hours(1));
    let told = letters(&site);
    site.visitor().get("/posts/tomorrow").await.assert_status(200);
    assert_eq!(readers(&[told, letters(&site)].concat()), ["author-1@example.org"], "live, and its author is told");
    assert_eq!(site.count("submissions WHERE state = 'published'"), 1);
}

#[actix_web::test]
async fn what_is_edited_after_a_scheduled_approval_does_not_slip_in_at_the_set_time() {
    let site = Site::start().await;
    let workflow = editors_approve_posts(&site);
    let now = site.state.clock.now();
    let ((ada, author), (_, editor)) = (member(&site, Role::Author), member(&site, Role::Editor));
    let at = [("when", "at"), ("publish_date", "2026-12-02"), ("publish_time", "08:00")];
    for (title, path, asks_again) in [("Strict", "/posts/strict", true), ("Lenient", "/posts/lenient", false)] {
        let rules = wanted("House rules", vec![step("Look", &[Role::Editor], &[])], &[POSTS]);
        site.write(|conn| changes::change(conn, workflow, &NewWorkflow { asks_again, ..rules.clone() }, &Actor::default(), now));
        let post = draft(&site, title, ada);
        let review = submit_with(&author, post, &at).await;
        approve(&editor, &review).await.assert_redirects_to(&review);
        save(&author, post, "Nobody has seen this.").await;
        let page = author.get(&format!("/admin/entries/{post}")).await;
        page.assert_shows("Revision 1 goes live on").assert_shows("this draft is newer, and does not go with it");
        page.assert_shows(if asks_again { "In review" } else { "The approval stands for newer drafts too." });
        if asks_again {
            let forged = page.form("#editor").without("do");
            for wish in ["reschedule", "publish"] {
                let mut fields: Vec<(&str, &str)> = forged.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
                fields.push(("do", wish));
                let refused = author.submit(Form::forged(&format!("/admin/entries/{post}"), &fields)).await;
                refused.assert_status(422).assert_shows("it goes out when it is approved");
            }
        }
        site.visitor().get(path).await.assert_status(404);
    }
    site.run_jobs();
    site.later(TimeDelta::hours(23));
    site.run_jobs();
    for path in ["/posts/strict", "/posts/lenient"] {
        site.visitor().get(path).await.assert_status(200).assert_shows("The text of").assert_lacks("Nobody has seen this.");
    }
    assert_eq!(site.count("submissions WHERE state = 'in_review'"), 1, "the newer draft of the strict one still waits");
    assert_eq!(site.count("submissions WHERE state = 'approved'"), 1);
    site.run_jobs();
}

#[actix_web::test]
async fn nobody_approves_their_own_unless_they_may_publish_it_anyway() {
    let site = Site::start().await;
    given(&site, &wanted("Peers", vec![step("A colleague", &[Role::Author, Role::Editor], &[])], &[POSTS]));
    let ((ada, author), (bob, peer), (eve, editor)) =
        (member(&site, Role::Author), member(&site, Role::Author), member(&site, Role::Editor));
    let review = submit(&author, draft(&site, "Own", ada)).await;
    author.get(&review).await.assert_shows("This is your own, so somebody else").assert_lacks("Your answer");
    author.get("/admin/reviews").await.assert_shows("Nothing waits for you");
    author.get("/admin/reviews?view=own").await.assert_shows("Own");
    let forged = peer.get(&review).await.form("#review").fill([("token", &author.token)]);
    author.submit(forged).await.assert_status(422).assert_shows("You cannot answer for your own entry.");
    assert_eq!(readers(&letters(&site)), ["author-2@example.org", "editor-3@example.org"]);
    approve(&peer, &review).await.assert_redirects_to(&review);
    let review = submit(&editor, draft(&site, "By an editor", eve)).await;
    approve(&editor, &review).await.assert_redirects_to(&review);
    site.visitor().get("/posts/by-an-editor").await.assert_status(200);
    assert_ne!(ada, bob);
    site.run_jobs();
}

#[actix_web::test]
async fn authors_publish_nothing_past_a_workflow_and_editors_do_with_a_line_in_the_journal() {
    let site = Site::start().await;
    editors_approve_posts(&site);
    let ((ada, author), (_, editor)) = (member(&site, Role::Author), member(&site, Role::Editor));
    let post = draft(&site, "Urgent", ada);
    let edit = format!("/admin/entries/{post}");
    let forged = author.get(&edit).await.form("#editor").fill([("body", "Typed."), ("do", "publish")]);
    let refused = author.submit(forged.clone()).await;
    refused.assert_status(422).assert_shows("The workflow “House rules” covers this entry. Submit it for review");
    assert_eq!(refused.form("#editor").value("body"), "Typed.");
    let later = forged.fill([("when", "at"), ("publish_date", "2026-12-24")]);
    author.submit(later).await.assert_status(422);
    assert_eq!(site.count("jobs"), 0);
    let new = author.get("/admin/entries/new?kind=post").await.form("#editor").fill([("title", "New"), ("do", "publish")]);
    author.submit(new).await.assert_status(422).assert_shows("Submit it for review");
    assert_eq!(site.count("entries"), 1);

    submit(&author, post).await;
    let page = editor.get(&edit).await;
    page.assert_shows("In review");
    editor.submit(page.form("#editor").fill([("do", "publish")])).await.assert_redirects_to(&edit);
    site.visitor().get("/posts/urgent").await.assert_status(200);
    assert_eq!(site.count("journal WHERE kind = 'entry.published_past_review' AND detail LIKE '%House rules%'"), 1);
    editor.get(&edit).await.assert_shows("published revision 1 without waiting for the review");
    assert_eq!((site.count("submission_asked"), site.count("submissions WHERE state = 'published'")), (0, 1));
    let told = letters(&site);
    assert!(told.iter().any(|(to, text)| to == "author-1@example.org" && text.contains("without waiting for the review")), "{told:?}");
    // Pages are not covered.
    let page = author.get("/admin/entries/new?kind=page").await.form("#editor");
    author.submit(page.fill([("title", "Free"), ("do", "publish")])).await.assert_status(303);
    site.visitor().get("/free").await.assert_status(200);
    assert_eq!(site.count("journal WHERE kind = 'entry.published_past_review'"), 1);
}

#[actix_web::test]
async fn what_is_in_review_keeps_its_steps_when_the_workflow_is_changed_or_deleted() {
    let site = Site::start().await;
    let workflow = editors_approve_posts(&site);
    let ((ada, author), (_, editor), (_, admin)) = (member(&site, Role::Author), member(&site, Role::Editor), member(&site, Role::Admin));
    let (first, second) = (draft(&site, "First", ada), draft(&site, "Second", ada));
    let (review, other) = (submit(&author, first).await, submit(&author, second).await);
    let form = admin.get(&format!("/admin/workflows/{workflow}")).await;
    form.assert_shows("2 submissions are in review by this workflow. They keep the steps from the day of submitting.");
    let stricter = form.form("#workflow").without("asked").tick("asked", "0-role-owner").fill([("do", "save")]);
    admin.submit(stricter).await.assert_status(303);
    approve(&editor, &review).await.assert_redirects_to(&review);
    site.visitor().get("/posts/first").await.assert_status(200);

    let asked = admin.get(&format!("/admin/workflows/{workflow}/deletion")).await;
    asked
        .assert_shows("1 submission is in review by it. What is in review keeps its steps")
        .assert_shows("All posts: authors publish without asking");
    admin.submit(asked.form("#deletion")).await.assert_redirects_to("/admin/workflows");
    let page = editor.get(&other).await;
    page.assert_shows("workflow “House rules”").assert_shows("Asked: Editor 2");
    approve(&editor, &other).await.assert_redirects_to(&other);
    site.visitor().get("/posts/second").await.assert_status(200);
    // Nothing covers posts any more.
    let third = draft(&site, "Third", ada);
    let form = author.get(&format!("/admin/entries/{third}")).await.form("#editor");
    author.submit(form.clone().fill([("do", "submit")])).await.assert_status(422).assert_shows("No workflow covers this entry.");
    author.submit(form.fill([("do", "publish")])).await.assert_status(303);
    site.visitor().get("/posts/third").await.assert_status(200);
    site.run_jobs();
}

#[actix_web::test]
async fn what_is_withdrawn_waits_for_nobody_and_can_be_submitted_again() {
    let site = Site::start().await;
    editors_approve_posts(&site);
    let ((ada, author), (_, editor)) = (member(&site, Role::Author), member(&site, Role::Editor));
    let post = draft(&site, "Not yet", ada);
    let review = submit(&author, post).await;
    let opened = editor.get(&review).await.form("#review");
    let form = author.get(&review).await.form("#withdraw");
    author.submit(form.clone()).await.assert_redirects_to(&review);
    author.submit(form).await.assert_redirects_to(&review);
    assert_eq!(site.count("submission_decisions WHERE verdict = 'withdrawn'"), 1);
    editor.get("/admin/reviews").await.assert_shows("Nothing waits for you");
    editor.submit(opened).await.assert_status(409).assert_shows("Author 1 withdrew it.");
    assert_eq!(letters(&site), [], "who was asked is not any more");
    author.get(&format!("/admin/entries/{post}")).await.assert_shows("Submit for review");
    let again = submit(&author, post).await;
    approve(&editor, &again).await.assert_redirects_to(&again);
    let stranger = site.signed_in(Role::Author);
    stranger.get(&again).await.assert_status(403);
    site.run_jobs();
}

#[actix_web::test]
async fn the_nearest_branch_or_category_says_who_is_asked() {
    let site = Site::start().await;
    let (ada, author) = member(&site, Role::Author);
    let guides = site.given(a_page("Guides").by(ada));
    let deep = site.given(a_page("Deep").by(ada).with(|draft| draft.parent = Some(guides)));
    let under = |parent, title: &str| site.given(a_page(title).by(ada).with(|draft| draft.parent = Some(parent)));
    let now = site.state.clock.now();
    let (servers, nginx) = site.write(|conn| {
        Ok((category::ensure(conn, "servers", Some("Servers"), now)?, category::ensure(conn, "servers/nginx", Some("Nginx"), now)?))
    });
    let look = || vec![step("Look", &[Role::Editor], &[])];
    for (name, target) in [
        ("Of all pages", Target::Kind(Kind::Page)),
        ("Of guides", Target::Branch(guides)),
        ("Of deep ones", Target::Branch(deep)),
        ("Of servers", Target::Category(servers)),
    ] {
        given(&site, &wanted(name, look(), &[target]));
    }
    let in_category = |id: i64, title: &str| site.given(a_post(title).by(ada).with(|draft| draft.categories = vec![id.into()]));
    for (entry, name) in [
        (site.given(a_page("Alone").by(ada)), "Of all pages"),
        (guides, "Of guides"),
        (under(guides, "A guide"), "Of guides"),
        (deep, "Of deep ones"),
        (under(deep, "Deeper"), "Of deep ones"),
        (in_category(nginx.number(), "Ports"), "Of servers"),
    ] {
        author.get(&format!("/admin/entries/{entry}")).await.assert_shows(&format!("The workflow “{name}” covers this entry"));
        let review = submit(&author, entry).await;
        author.get(&review).await.assert_shows(&format!("workflow “{name}”"));
    }
    author.get(&format!("/admin/entries/{}", draft(&site, "Free", ada))).await.assert_lacks("Submit for review");
    site.run_jobs();
}

#[actix_web::test]
async fn a_draft_that_moves_takes_a_live_page_out_of_no_workflow() {
    let site = Site::start().await;
    let (ada, author) = member(&site, Role::Author);
    let guides = site.given(a_page("Guides").by(ada).published());
    let page = site.given(a_page("Held").by(ada).published().with(|draft| draft.parent = Some(guides)));
    given(&site, &wanted("Of guides", vec![step("Look", &[Role::Editor], &[])], &[Target::Branch(guides)]));
    let form = author.get(&format!("/admin/entries/{page}")).await.form("#editor").fill([("parent", ""), ("do", "publish")]);
    author.submit(form).await.assert_status(422).assert_shows("The workflow “Of guides” covers this entry.");
    site.visitor().get("/guides/held").await.assert_status(200);
}

#[actix_web::test]
async fn what_lies_in_the_trash_waits_for_nobody_until_it_is_restored() {
    let site = Site::start().await;
    editors_approve_posts(&site);
    let ((ada, author), (_, editor)) = (member(&site, Role::Author), member(&site, Role::Editor));
    let post = draft(&site, "Going", ada);
    let review = submit(&author, post).await;
    let opened = editor.get(&review).await.form("#review");
    let now = site.state.clock.now();
    site.write(|conn| trash::trash(conn, post, &Actor::default(), now));
    editor.get("/admin").await.assert_lacks("Waiting for you");
    assert_eq!(editor.get("/admin/reviews").await.texts(".rail .n"), Vec::<String>::new());
    editor.get(&review).await.assert_status(200).assert_lacks("Your answer");
    editor.submit(opened.clone()).await.assert_status(409).assert_shows("lies in the trash");
    site.run_jobs();
    site.write(|conn| trash::restore(conn, post, &Actor::default(), now));
    assert_eq!(editor.get("/admin/reviews").await.texts(".rail .n"), ["1 waiting for you"]);
    editor.submit(opened).await.assert_redirects_to(&review);
    site.write(|conn| {
        trash::trash(conn, post, &Actor::default(), now)?;
        trash::delete(conn, post, &Actor::default(), now)
    });
    editor.get(&review).await.assert_status(404);
    assert_eq!((site.count("submissions"), site.count("submission_decisions")), (0, 0));
    site.run_jobs();
}

#[actix_web::test]
async fn lists_of_reviews_are_paged_and_keep_their_order() {
    let site = Site::start().await;
    let ((ada, author), (bob, editor)) = (member(&site, Role::Author), member(&site, Role::Editor));
    // Asked both by role and by name, each stands there once.
    given(&site, &wanted("Twice asked", vec![step("Look", &[Role::Editor], &[bob])], &[POSTS]));
    for number in 1..=35 {
        site.later(TimeDelta::minutes(1));
        let post = draft(&site, &format!("Post {number:02} 🦀 שלום"), ada);
        submit(&author, post).await;
    }
    let titles = |answer: &Answer| answer.texts("#reviews tbody th a");
    let first = editor.get("/admin/reviews").await;
    assert_eq!((titles(&first).len(), titles(&first)[0].as_str()), (30, "Post 01 🦀 שלום"));
    assert_eq!(first.texts(".rail .n"), ["35 waiting for you"]);
    let second = editor.get(&first.attributes("a[rel=next]", "href")[0]).await;
    assert_eq!((titles(&second).len(), titles(&second)[4].as_str()), (5, "Post 35 🦀 שלום"));
    assert_eq!(titles(&editor.get(&second.attributes("a[rel=prev]", "href")[0]).await), titles(&first));
    let all = editor.get("/admin/reviews?view=all").await;
    assert_eq!(titles(&all)[0], "Post 35 🦀 שלום");
    assert_eq!(titles(&editor.get(&all.attributes("a[rel=next]", "href")[0]).await).len(), 5);
    let own = author.get("/admin/reviews?view=all").await;
    own.assert_shows("Nothing waits for you").assert_lacks("Everything");
    assert_eq!(titles(&author.get("/admin/reviews?view=own").await).len(), 30);
    for nonsense in ["?view=x&before=y", "?before=1~z", "?after=9~9"] {
        editor.get(&format!("/admin/reviews{nonsense}")).await.assert_status(200);
    }
    assert_eq!(editor.get("/admin").await.texts(".due li b").len(), 6);
    site.run_jobs();
}

#[actix_web::test]
async fn letters_arrive_over_smtp_and_not_at_who_is_disabled_or_has_acted() {
    let (site, server) = (Site::start().await, MailServer::start());
    editors_approve_posts(&site);
    let ((ada, author), (_, editor), (gone, _)) = (member(&site, Role::Author), member(&site, Role::Editor), member(&site, Role::Editor));
    diesel::update(users::table.find(gone)).set(users::disabled_at.eq(site.state.clock.now())).execute(&mut site.database.conn()).unwrap();
    let env = JobEnv { mail: Mail::smtp("Mainstay <site@example.org>", &server.url).unwrap(), ..site.state.job_env() };
    let review = submit(&author, draft(&site, "Zoë’s day", ada)).await;
    assert_eq!(worker::run_due(&env, JOBS).unwrap(), 2);
    assert_eq!(server.arrived()[0].to, ["editor-2@example.org"]);
    // Disabled between the change and the letter: none either.
    ask_for_changes(&editor, &review, "No.").await.assert_status(303);
    diesel::update(users::table.find(ada)).set(users::disabled_at.eq(site.state.clock.now())).execute(&mut site.database.conn()).unwrap();
    assert_eq!(worker::run_due(&env, JOBS).unwrap(), 1);
    assert_eq!(server.arrived().len(), 1);
}

#[actix_web::test]
async fn a_step_that_nobody_can_approve_says_so() {
    let site = Site::start().await;
    let ((ada, author), (only, _)) = (member(&site, Role::Author), member(&site, Role::Author));
    given(&site, &wanted("Alone", vec![step("Legal", &[], &[only])], &[POSTS]));
    let review = submit(&author, draft(&site, "Stuck", ada)).await;
    author.get(&review).await.assert_lacks("Nobody who could approve this step");
    diesel::update(users::table.find(only)).set(users::disabled_at.eq(site.state.clock.now())).execute(&mut site.database.conn()).unwrap();
    author.get(&review).await.assert_shows("Nobody who could approve this step can log in.");
    site.run_jobs();
}

#[actix_web::test]
async fn a_new_entry_is_written_and_submitted_in_one() {
    let site = Site::start().await;
    editors_approve_posts(&site);
    let (_, author) = member(&site, Role::Author);
    let form = author.get("/admin/entries/new?kind=post").await.form("#editor");
    let form = form.fill([("title", "At once"), ("review_words", "x".repeat(2001).as_str()), ("do", "submit")]);
    let long = author.submit(form).await;
    long.assert_status(422).assert_shows("Shorten the words to the reviewers");
    let form = long.form("#editor").fill([("review_words", "Short."), ("do", "submit")]);
    let made = author.submit(form.clone()).await;
    author.submit(form).await.assert_redirects_to(made.header("location"));
    author.get(made.header("location")).await.assert_shows("Submitted for review.").assert_shows("Short.");
    assert_eq!((site.count("entries"), site.count("submissions")), (1, 1));
    site.run_jobs();
}

#[actix_web::test]
async fn what_the_gate_blocks_is_not_approved_to_go_out_but_may_be_left_to_its_author() {
    let site = Site::start().await;
    editors_approve_posts(&site);
    let ((ada, author), (_, editor), owner) = (member(&site, Role::Author), member(&site, Role::Editor), site.signed_in(Role::Owner));
    let rules = owner.get("/admin/gate").await.form("#gate").fill([("link_words-post", "block")]);
    owner.submit(rules).await.assert_status(303);
    let post = site.given(a_post("Held").by(ada).with(|draft| draft.body = "More [here](/posts).".to_owned()));
    let review = submit(&author, post).await;
    let form = editor.get(&review).await.form("#review").fill([("words", "Fine by me.")]);
    let refused = editor.submit(form).await;
    refused.assert_status(422).assert_shows("So it cannot go out, and was not approved.");
    assert_eq!(refused.form("#review").value("words"), "Fine by me.");
    assert!(refused.attributes(".error-summary a", "href").is_empty(), "no link to what is not on this page");
    assert_eq!(site.count("submission_decisions WHERE verdict = 'approved'"), 0);
    editor.submit(refused.form("#review").fill([("when", "author")])).await.assert_redirects_to(&review);
    author.get(&format!("/admin/entries/{post}")).await.assert_shows("Approved");
    site.visitor().get("/posts/held").await.assert_status(404);
    site.run_jobs();
}
