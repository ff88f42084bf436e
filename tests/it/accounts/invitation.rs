//! Inviting people.

use super::{PASSWORD, given_member, is_signed_in, journaled, kinds, log_in};
use crate::support::{
    answer::{Answer, Form},
    site::{BASE, Site, Visitor},
    smtp::MailServer,
};
use chrono::TimeDelta;
use mainstay::{
    app::JOBS,
    jobs::{JobEnv, worker},
    mail::Mail,
    web::person::Role,
};

async fn invite(admin: &Visitor, name: &str, email: &str, role: &str) -> Answer {
    let form = admin.get("/admin/people/new").await.form("#invite");
    admin.submit(form.fill([("name", name), ("email", email), ("role", role)])).await
}

/// The link in a letter, as a path.
pub fn link_in(letter: &str) -> String {
    let begin = letter.find(BASE).unwrap_or_else(|| panic!("no link in {letter}")) + BASE.len();
    letter[begin..].split_whitespace().next().unwrap().to_owned()
}

async fn accept(visitor: &Visitor, link: &str, password: &str) -> Answer {
    let form = visitor.get(link).await.form("#invitation");
    visitor.submit(form.fill([("password", password)])).await
}

#[actix_web::test]
async fn somebody_invited_gets_a_letter_sets_a_password_and_is_in() {
    let site = Site::start().await;
    let admin = site.signed_in(Role::Admin);
    invite(&admin, "Ada Lovelace", "Ada@Example.org", "editor").await.assert_redirects_to("/admin/people/2");
    admin.get("/admin/people").await.assert_shows("Ada Lovelace").assert_shows("Invited");

    assert_eq!(site.run_jobs(), 2, "one writes the letter, one sends it");
    let letters = site.letters();
    assert_eq!(letters.len(), 1);
    for part in ["To: ada@example.org", "Admin 1 invites you to", "Your role: Editor.", "8 December 2026, 10:00 UTC"] {
        assert!(letters[0].contains(part), "no {part:?} in {}", letters[0]);
    }

    let ada = site.visitor();
    let page = ada.get(&link_in(&letters[0])).await;
    page.assert_status(200).assert_shows("Welcome, Ada Lovelace").assert_shows("ada@example.org");
    accept(&ada, &link_in(&letters[0]), PASSWORD).await.assert_redirects_to("/admin");
    assert!(is_signed_in(&ada).await);
    log_in(&site.visitor(), "ada@example.org", PASSWORD).await.assert_redirects_to("/admin");
    admin.get("/admin/people").await.assert_lacks("Invited");

    let told = journaled(&site);
    assert_eq!(told[0], ("account.invited".to_owned(), "Ada Lovelace".to_owned()));
    assert_eq!(kinds(&site), ["account.invited", "account.joined", "account.signed_in"]);
    assert_eq!(site.count("journal WHERE kind = 'account.joined' AND user_id = 2"), 1);
    assert_eq!(site.count("account_tokens"), 0);
}

#[actix_web::test]
async fn the_admin_sees_a_link_once_that_works_without_mail() {
    let site = Site::start().await;
    let admin = site.signed_in(Role::Admin);
    invite(&admin, "Ada", "ada@example.org", "author").await;
    let shown = admin.get("/admin/people/2").await;
    shown.assert_shows("Invited Ada. A letter is on its way.");
    let link = link_in(&shown.attributes("#link", "value")[0]);
    admin.get("/admin/people/2").await.assert_lacks("token=");
    accept(&site.visitor(), &link, PASSWORD).await.assert_redirects_to("/admin");
    // There is nobody to write to any more.
    assert_eq!((site.run_jobs(), site.letters().len()), (1, 0));
}

#[actix_web::test]
async fn no_link_stands_in_the_database() {
    let site = Site::start().await;
    let admin = site.signed_in(Role::Admin);
    invite(&admin, "Ada", "ada@example.org", "author").await;
    let link = link_in(&admin.get("/admin/people/2").await.attributes("#link", "value")[0]);
    let token = link.split_once("token=").unwrap().1;
    assert_eq!(token.len(), 64);
    for column in ["jobs WHERE payload", "journal WHERE detail", "sessions WHERE state", "letters WHERE text", "letters WHERE html"] {
        assert_eq!(site.count(&format!("{column} LIKE '%{token}%'")), 0, "{column}");
    }
    site.run_jobs();
}

#[actix_web::test]
async fn a_link_works_once_for_seven_days_and_ends_with_a_new_one() {
    let site = Site::start().await;
    let admin = site.signed_in(Role::Owner);
    invite(&admin, "Ada", "ada@example.org", "author").await;
    site.run_jobs();
    let first = link_in(&site.letters()[0]);

    let page = admin.get("/admin/people/2").await;
    admin.submit(page.form("#invite-again")).await.assert_redirects_to("/admin/people/2");
    let second = link_in(&admin.get("/admin/people/2").await.attributes("#link", "value")[0]);
    site.run_jobs();
    assert_eq!(site.letters().len(), 2);
    site.visitor().get(&first).await.assert_status(403).assert_shows("does not work any more");

    site.later(TimeDelta::days(7) - TimeDelta::seconds(1));
    site.visitor().get(&second).await.assert_status(200);
    accept(&site.visitor(), &second, PASSWORD).await.assert_redirects_to("/admin");
    site.visitor().get(&second).await.assert_status(403);
    let refused = Form::forged("/invitation", &[("link", second.split_once("token=").unwrap().1), ("password", PASSWORD)]);
    site.visitor().submit(refused).await.assert_status(403);
}

#[actix_web::test]
async fn an_old_link_is_dead_and_is_swept_away() {
    let site = Site::start().await;
    let admin = site.signed_in(Role::Owner);
    invite(&admin, "Ada", "ada@example.org", "author").await;
    site.run_jobs();
    let link = link_in(&site.letters()[0]);
    site.later(TimeDelta::days(7));
    site.visitor().get(&link).await.assert_status(403);
    admin.get("/admin/people").await.assert_shows("Author only");

    log_in(&site.visitor(), "nobody@example.org", "x").await;
    site.later(TimeDelta::hours(49));
    let now = site.state.clock.now();
    site.write(|conn| {
        Ok(mainstay::jobs::queue::insert(conn, mainstay::accounts::SWEEP.kind, mainstay::accounts::SWEEP.payload, now, now, None)?)
    });
    assert_eq!(site.run_jobs(), 1);
    assert_eq!((site.count("account_tokens"), site.count("throttles")), (0, 0));
}

#[actix_web::test]
async fn a_weak_password_is_told_and_the_link_still_works() {
    let site = Site::start().await;
    let admin = site.signed_in(Role::Owner);
    invite(&admin, "Ada Lovelace King", "ada@example.org", "author").await;
    site.run_jobs();
    let ada = site.visitor();
    let link = link_in(&site.letters()[0]);
    accept(&ada, &link, "short").await.assert_status(422).assert_shows("Use at least 12 characters.");
    let answer = accept(&ada, &link, "ada lovelace king").await;
    answer.assert_status(422).assert_shows("Your name or address is no password.");
    ada.submit(answer.form("#invitation").fill([("password", PASSWORD)])).await.assert_redirects_to("/admin");
}

#[actix_web::test]
async fn what_is_wrong_with_an_invitation_is_told_and_nothing_typed_is_lost() {
    let site = Site::start().await;
    let admin = site.signed_in(Role::Admin);
    let answer = invite(&admin, "", "nowhere", "editor").await;
    answer.assert_status(422).assert_shows("Give a name").assert_shows("Give an email address");
    let form = answer.form("#invite");
    assert_eq!((form.value("email"), form.value("role")), ("nowhere", "editor"));
    let taken = admin.submit(form.fill([("name", "Somebody"), ("email", "ADMIN-1@example.org")])).await;
    taken.assert_status(422).assert_shows("There is already an account with this address.");
    assert_eq!(taken.attributes("[aria-invalid=true]", "id"), ["email"]);
    let twins = "x".repeat(120);
    invite(&admin, &twins, "one@example.org", "author").await.assert_status(303);
    invite(&admin, &twins, "two@example.org", "author").await.assert_status(303);
    invite(&admin, "李明 ☃", "three@example.org", "author").await.assert_status(303);
    invite(&admin, "☃", "four@example.org", "author").await.assert_status(303);
    assert_eq!(site.count("(SELECT DISTINCT slug FROM users) AS slugs"), 5);
    site.run_jobs();
}

#[actix_web::test]
async fn only_owners_invite_owners_and_only_admins_invite_at_all() {
    let site = Site::start().await;
    let (owner, admin, editor) = (site.signed_in(Role::Owner), site.signed_in(Role::Admin), site.signed_in(Role::Editor));
    let form = admin.get("/admin/people/new").await.form("#invite");
    admin.get("/admin/people/new").await.assert_lacks("name other owners");
    let forged = form.clone().fill([("name", "Eve"), ("email", "eve@example.org"), ("role", "owner")]);
    admin.submit(forged).await.assert_status(422).assert_shows("Only an owner may name another owner.");
    invite(&owner, "Ada", "ada@example.org", "owner").await.assert_status(303);

    editor.get("/admin/people/new").await.assert_status(403);
    let token = editor.get("/admin/profile").await.form("#profile").value("token").to_owned();
    let typed = [("token", token.as_str()), ("name", "Eve"), ("email", "eve@example.org"), ("role", "author")];
    editor.submit(Form::forged("/admin/people", &typed)).await.assert_status(403);
    editor.submit(Form::forged("/admin/people/1/invitation", &typed[..1])).await.assert_status(403);
    assert_eq!(site.count("users WHERE email = 'eve@example.org'"), 0);
    site.run_jobs();
}

#[actix_web::test]
async fn who_has_a_password_is_not_invited_again() {
    let site = Site::start().await;
    let admin = site.signed_in(Role::Admin);
    let (id, _) = given_member(&site, Role::Author);
    let page = admin.get(&format!("/admin/people/{id}")).await;
    page.assert_lacks("invite-again");
    let token = page.form("#person").value("token").to_owned();
    admin.submit(Form::forged(&format!("/admin/people/{id}/invitation"), &[("token", &token)])).await.assert_status(409);
    assert_eq!((site.count("account_tokens"), site.count("jobs")), (0, 0));
}

#[actix_web::test]
async fn a_new_address_before_joining_ends_the_links_sent_to_the_old_one() {
    let site = Site::start().await;
    let admin = site.signed_in(Role::Admin);
    invite(&admin, "Ada", "typo@example.org", "author").await;
    site.run_jobs();
    let form = admin.get("/admin/people/2").await.form("#person");
    admin.submit(form.fill([("email", "ada@example.org")])).await.assert_redirects_to("/admin/people");
    site.visitor().get(&link_in(&site.letters()[0])).await.assert_status(403);
    let page = admin.get("/admin/people/2").await;
    admin.submit(page.form("#invite-again")).await;
    site.run_jobs();
    assert!(site.letters().iter().any(|letter| letter.contains("To: ada@example.org")));
}

#[actix_web::test]
async fn an_invitation_arrives_over_smtp() {
    let (site, server) = (Site::start().await, MailServer::start());
    let admin = site.signed_in(Role::Admin);
    invite(&admin, "Zoë", "zoe@example.org", "author").await;
    let env = JobEnv { mail: Mail::smtp("Mainstay <site@example.org>", &server.url).unwrap(), ..site.state.job_env() };
    assert_eq!(worker::run_due(&env, JOBS).unwrap(), 2);
    let arrived = server.arrived();
    assert_eq!(arrived.len(), 1);
    assert_eq!((arrived[0].from.as_str(), arrived[0].to.as_slice()), ("site@example.org", &["zoe@example.org".to_owned()][..]));
    let text = arrived[0].data.replace("=\n", "").replace("=3D", "=").replace("=C3=AB", "ë");
    assert!(text.contains("Hello Zoë,"), "{text}");
    accept(&site.visitor(), &link_in(&text), PASSWORD).await.assert_redirects_to("/admin");
}

#[actix_web::test]
async fn a_mail_server_that_is_away_is_tried_again_later() {
    let site = Site::start().await;
    let admin = site.signed_in(Role::Admin);
    invite(&admin, "Ada", "ada@example.org", "author").await;
    let away = JobEnv { mail: Mail::smtp("Mainstay <site@example.org>", "smtp://127.0.0.1:1").unwrap(), ..site.state.job_env() };
    assert_eq!(worker::run_due(&away, JOBS).unwrap(), 2);
    assert_eq!(site.count("letters WHERE state = 'waiting' AND tries = 1"), 1);
    site.later(TimeDelta::minutes(2));
    assert_eq!((site.run_jobs(), site.letters().len()), (1, 1));
}
