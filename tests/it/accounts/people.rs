//! Changing, disabling and enabling people; the own profile.

use super::{PASSWORD, given_member, is_signed_in, kinds, log_in};
use crate::support::{
    answer::Form,
    site::{Site, Visitor, a_post},
};
use diesel::prelude::*;
use mainstay::{
    schema::users,
    web::person::{Role, UserId},
};

async fn token_of(visitor: &Visitor) -> String {
    visitor.get("/admin/profile").await.form("#profile").value("token").to_owned()
}

fn role_of(site: &Site, id: UserId) -> Role {
    users::table.find(id).select(users::role).first(&mut site.database.conn()).unwrap()
}

#[actix_web::test]
async fn the_list_of_people_is_for_owners_and_admins() {
    let site = Site::start().await;
    let (other, _) = given_member(&site, Role::Author);
    for (role, status) in [(Role::Owner, 200), (Role::Admin, 200), (Role::Editor, 403), (Role::Author, 403)] {
        let visitor = site.signed_in(role);
        for path in ["/admin/people", "/admin/people/new", &format!("/admin/people/{other}"), &format!("/admin/people/{other}/disabled")] {
            assert_eq!(visitor.get(path).await.status.as_u16(), status, "{role} {path}");
        }
    }
    site.signed_in(Role::Owner).get("/admin/people/999").await.assert_status(404);
    site.visitor().get("/admin/people").await.assert_redirects_to("/login?next=/admin/people");
}

#[actix_web::test]
async fn long_lists_go_on_on_a_next_page() {
    let site = Site::start().await;
    let admin = site.signed_in(Role::Admin);
    for _ in 0..60 {
        site.given_user(Role::Author);
    }
    let first = admin.get("/admin/people").await;
    assert_eq!(first.texts("tbody th").len(), 50);
    first.assert_shows("61 people");
    let second = admin.get(&first.link("Next")).await;
    assert_eq!(second.texts("tbody th").len(), 11);
    assert_eq!(admin.get(&second.link("Back")).await.texts("tbody th"), first.texts("tbody th"));
    admin.get("/admin/people?before=1~zzzz").await.assert_status(200).assert_shows("Nobody here");
}

#[actix_web::test]
async fn an_admin_changes_name_slug_text_and_role() {
    let site = Site::start().await;
    let admin = site.signed_in(Role::Admin);
    let (id, email) = given_member(&site, Role::Author);
    let form = admin.get(&format!("/admin/people/{id}")).await.form("#person");
    let typed = [("name", "Ada Lovelace"), ("slug", "ada"), ("bio", "Wrote the first program."), ("role", "editor")];
    admin.submit(form.fill(typed)).await.assert_redirects_to("/admin/people");
    admin.get("/admin/people").await.assert_shows("Saved Ada Lovelace.").assert_shows(&email);
    assert_eq!(site.count("users WHERE name = 'Ada Lovelace' AND slug = 'ada' AND bio LIKE 'Wrote%' AND role = 'editor'"), 1);
    assert_eq!(site.count("journal WHERE kind = 'account.changed' AND user_id = 1 AND cache_tags LIKE 'author:%about:author:%'"), 1);

    assert_eq!(site.count("journal WHERE kind = 'account.role_changed' AND detail LIKE '%\"to\":\"editor\"%'"), 1);
    // Nothing changed is no change; and the address of who can log in stays.
    let form = admin.get(&format!("/admin/people/{id}")).await.form("#person");
    let mut forged = form.clone();
    forged.fields.push(("email".to_owned(), "eve@example.org".to_owned()));
    admin.submit(forged).await.assert_redirects_to("/admin/people");
    assert_eq!((site.count("journal"), site.count(&format!("users WHERE email = '{email}'"))), (2, 1));
}

#[actix_web::test]
async fn mistakes_about_a_person_are_told_at_their_fields() {
    let site = Site::start().await;
    let admin = site.signed_in(Role::Admin);
    let (id, _) = given_member(&site, Role::Author);
    let path = format!("/admin/people/{id}");
    let form = admin.get(&path).await.form("#person");
    let answer = admin.submit(form.fill([("name", " "), ("slug", "No Slug"), ("bio", &"x".repeat(2001))])).await;
    answer.assert_status(422).assert_shows("3 things to put right");
    assert_eq!(answer.form("#person").value("slug"), "No Slug");
    let taken = admin.submit(admin.get(&path).await.form("#person").fill([("slug", "admin-1")])).await;
    taken.assert_status(422).assert_shows("Somebody else has this author page.");
    assert_eq!(taken.attributes("[aria-invalid=true]", "id"), ["slug"]);
    assert_eq!(site.count("journal"), 0);
}

#[actix_web::test]
async fn admins_do_not_touch_owners() {
    let site = Site::start().await;
    let (owner, _) = given_member(&site, Role::Owner);
    given_member(&site, Role::Owner);
    let admin = site.signed_in(Role::Admin);
    let token = token_of(&admin).await;
    for path in [format!("/admin/people/{owner}"), format!("/admin/people/{owner}/disabled")] {
        admin.get(&path).await.assert_status(403);
    }
    let typed = [("token", token.as_str()), ("name", "Eve"), ("slug", "eve"), ("role", "author")];
    for way in ["", "/disabled", "/disabled/delete", "/invitation"] {
        admin.submit(Form::forged(&format!("/admin/people/{owner}{way}"), &typed)).await.assert_status(403);
    }
    let (author, _) = given_member(&site, Role::Author);
    let form = admin.get(&format!("/admin/people/{author}")).await.form("#person");
    admin.submit(form.fill([("role", "owner")])).await.assert_status(422).assert_shows("Only an owner may name another owner.");
    assert_eq!((role_of(&site, owner), role_of(&site, author), site.count("journal")), (Role::Owner, Role::Author, 0));
}

#[actix_web::test]
async fn nobody_changes_the_own_role_or_disables_the_own_account() {
    let site = Site::start().await;
    let (id, email) = given_member(&site, Role::Owner);
    let ada = site.visitor();
    log_in(&ada, &email, PASSWORD).await;
    let page = ada.get(&format!("/admin/people/{id}")).await;
    assert!(page.attributes("input[name=role]", "value").is_empty());
    let mut form = page.form("#person");
    form.fields.push(("role".to_owned(), "author".to_owned()));
    ada.submit(form).await.assert_status(422).assert_shows("You cannot change your own role.");
    ada.get(&format!("/admin/people/{id}/disabled")).await.assert_status(409);
    let token = token_of(&ada).await;
    ada.submit(Form::forged(&format!("/admin/people/{id}/disabled"), &[("token", &token)])).await.assert_status(409);
    assert_eq!(site.count("users WHERE role = 'owner' AND disabled_at IS NULL"), 1);
    // The own name is no secret, though.
    let form = ada.get(&format!("/admin/people/{id}")).await.form("#person");
    ada.submit(form.fill([("name", "Countess")])).await.assert_redirects_to("/admin/people");
}

#[actix_web::test]
async fn the_last_owner_stays() {
    let site = Site::start().await;
    let (last, _) = given_member(&site, Role::Owner);
    let other = site.signed_in(Role::Owner); // has no password: cannot come back
    let form = other.get(&format!("/admin/people/{last}")).await.form("#person");
    other.submit(form.fill([("role", "admin")])).await.assert_status(422).assert_shows("This is the last owner.");
    other.get(&format!("/admin/people/{last}/disabled")).await.assert_status(409).assert_shows("This is the last owner.");

    let (second, _) = given_member(&site, Role::Owner);
    let form = other.get(&format!("/admin/people/{last}")).await.form("#person");
    other.submit(form.fill([("role", "admin")])).await.assert_redirects_to("/admin/people");
    assert_eq!((role_of(&site, last), role_of(&site, second)), (Role::Admin, Role::Owner));
}

#[actix_web::test]
async fn disabling_ends_the_sessions_and_keeps_what_was_written() {
    let site = Site::start().await;
    let admin = site.signed_in(Role::Admin);
    let (id, email) = given_member(&site, Role::Author);
    site.given(a_post("Locks").by(id).published());
    let ada = site.visitor();
    log_in(&ada, &email, PASSWORD).await;

    let question = admin.get(&format!("/admin/people/{id}/disabled")).await;
    question.assert_status(200).assert_shows("Everything this person wrote");
    admin.submit(question.form("#disable")).await.assert_redirects_to("/admin/people");
    admin.get("/admin/people").await.assert_shows("Disabled the account of Author 2.");
    assert!(!is_signed_in(&ada).await);
    log_in(&ada, &email, PASSWORD).await.assert_status(422);
    assert_eq!(site.count(&format!("sessions WHERE user_id = {id}")), 0);
    site.visitor().get("/posts/locks").await.assert_status(200);

    let page = admin.get(&format!("/admin/people/{id}")).await;
    admin.submit(page.form("#enable")).await.assert_redirects_to("/admin/people");
    log_in(&ada, &email, PASSWORD).await.assert_redirects_to("/admin");
    let kinds = kinds(&site);
    assert!(kinds.contains(&"account.disabled".to_owned()) && kinds.contains(&"account.enabled".to_owned()), "{kinds:?}");
}

#[actix_web::test]
async fn everybody_changes_the_own_profile_only() {
    let site = Site::start().await;
    for role in [Role::Author, Role::Owner] {
        let ada = site.signed_in(role);
        let form = ada.get("/admin/profile").await.form("#profile");
        let typed = [("name", "Ada Lovelace"), ("bio", "Programs."), ("scheme", "dark")];
        ada.submit(form.fill(typed)).await.assert_redirects_to("/admin/profile");
        let page = ada.get("/admin/profile").await;
        page.assert_shows("Saved your profile.");
        assert_eq!(page.attributes("html", "data-scheme"), ["dark"]);
        assert_eq!(page.form("#profile").value("scheme"), "dark");
    }
    assert_eq!(site.count("users WHERE name = 'Ada Lovelace' AND bio = 'Programs.'"), 2);
    site.visitor().get("/admin/profile").await.assert_redirects_to("/login?next=/admin/profile");
}

#[actix_web::test]
async fn mistakes_in_the_profile_are_told() {
    let site = Site::start().await;
    let ada = site.signed_in(Role::Author);
    let form = ada.get("/admin/profile").await.form("#profile");
    let answer = ada.submit(form.fill([("name", ""), ("scheme", "plaid")])).await;
    answer.assert_status(422).assert_shows("Give a name").assert_shows("Choose light, dark");
    assert_eq!(answer.texts("title"), ["Error: Your profile – Mainstay"]);
}

#[actix_web::test]
async fn a_new_password_ends_all_other_sessions() {
    let site = Site::start().await;
    let (_, email) = given_member(&site, Role::Author);
    let (here, there) = (site.visitor(), site.visitor());
    log_in(&here, &email, PASSWORD).await;
    log_in(&there, &email, PASSWORD).await;
    let before = token_of(&here).await;
    let form = here.get("/admin/profile/password").await.form("#password");
    let changed = here.submit(form.fill([("password_old", PASSWORD), ("password_new", "  another four words  ")])).await;
    changed.assert_redirects_to("/admin/profile");
    here.get("/admin/profile").await.assert_shows("You are logged out everywhere else.");
    assert_ne!(token_of(&here).await, before);
    assert!(!is_signed_in(&there).await);
    assert_eq!(site.count("sessions WHERE user_id IS NOT NULL"), 1);
    log_in(&site.visitor(), &email, PASSWORD).await.assert_status(422);
    log_in(&site.visitor(), &email, "  another four words  ").await.assert_redirects_to("/admin");
}

#[actix_web::test]
async fn the_old_password_cannot_be_guessed_from_an_open_session() {
    let site = Site::start().await;
    let (_, email) = given_member(&site, Role::Author);
    let ada = site.visitor();
    log_in(&ada, &email, PASSWORD).await;
    let form = ada.get("/admin/profile/password").await.form("#password");
    let weak = ada.submit(form.clone().fill([("password_old", ""), ("password_new", "short")])).await;
    weak.assert_status(422).assert_shows("Use at least 12 characters.").assert_shows("Give the password that you log in with now.");
    let guess = form.fill([("password_old", "guess"), ("password_new", "another four words")]);
    for _ in 0..5 {
        ada.submit(guess.clone()).await.assert_status(422).assert_shows("This is not your password.");
    }
    let wait = ada.submit(guess.clone().fill([("password_old", PASSWORD)])).await;
    wait.assert_status(429).assert_shows("Wait 10 seconds");
    assert_eq!(wait.header("retry-after"), "10");
    assert!(!kinds(&site).contains(&"account.password_changed".to_owned()));
}
