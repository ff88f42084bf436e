//! Logging in and out.

use super::{PASSWORD, given_member, is_signed_in, journaled, kinds, log_in};
use crate::support::{answer::Form, site::Site};
use chrono::TimeDelta;
use diesel::prelude::*;
use mainstay::{
    accounts::model::throttle,
    schema::{sessions, users},
    web::person::Role,
};

#[actix_web::test]
async fn the_right_password_opens_the_admin_and_logging_out_ends_the_session() {
    let site = Site::start().await;
    let (id, email) = given_member(&site, Role::Admin);
    let ada = site.visitor();

    assert!(!ada.has_cookie());
    log_in(&ada, &format!(" {} ", email.to_uppercase()), PASSWORD).await.assert_redirects_to("/admin");
    let user: Vec<Option<mainstay::web::person::UserId>> =
        sessions::table.select(sessions::user_id).load(&mut site.database.conn()).unwrap();
    assert_eq!(user, [Some(id)]);
    ada.get("/login?next=/admin/settings").await.assert_redirects_to("/admin/settings");

    let page = ada.get("/admin/settings").await;
    ada.submit(page.form("form[action='/logout']")).await.assert_redirects_to("/login");
    assert!(!is_signed_in(&ada).await);
    assert_eq!(site.count("sessions"), 0);
    assert_eq!(kinds(&site), ["account.signed_in", "account.signed_out"]);
    assert_eq!(site.count(&format!("journal WHERE user_id = {id}")), 2);
}

#[actix_web::test]
async fn the_cookie_is_for_this_site_alone_and_changes_with_the_log_in() {
    let site = Site::start().await;
    let (_, email) = given_member(&site, Role::Author);
    let ada = site.visitor();
    let first = log_in(&ada, &email, PASSWORD).await;
    let all: Vec<&str> = first.headers.get_all("set-cookie").map(|value| value.to_str().unwrap()).collect();
    let cookie = all.iter().find(|cookie| cookie.contains("mainstay=")).unwrap();
    for part in ["__Host-mainstay=", "HttpOnly", "SameSite=Lax", "Secure", "Path=/"] {
        assert!(cookie.contains(part), "no {part} in {cookie}");
    }
    // Nothing of the key is in the table.
    assert_eq!(site.count("sessions WHERE LENGTH(key_hash) = 32"), 1);
}

#[actix_web::test]
async fn after_the_log_in_one_goes_where_one_wanted_to_but_never_off_the_site() {
    let site = Site::start().await;
    let (_, email) = given_member(&site, Role::Author);
    for (next, to) in [("/admin/entries?q=a", "/admin/entries?q=a"), ("//evil.example/", "/admin"), ("https://evil.example", "/admin")] {
        let ada = site.visitor();
        let page = ada.get(&mainstay::accounts::paths::login(next)).await;
        let form = page.form("#login").fill([("email", &email), ("password", PASSWORD)]);
        ada.submit(form).await.assert_redirects_to(to);
    }
    let forged = Form::forged("/login", &[("email", &email), ("password", PASSWORD), ("next", "//evil.example")]);
    site.visitor().submit(forged).await.assert_redirects_to("/admin");
}

#[actix_web::test]
async fn a_wrong_password_and_an_unknown_address_get_the_same_answer() {
    let site = Site::start().await;
    let (_, email) = given_member(&site, Role::Author);
    let (_, closed) = given_member(&site, Role::Author);
    diesel::update(users::table.filter(users::email.eq(&closed)))
        .set(users::disabled_at.eq(site.state.clock.now()))
        .execute(&mut site.database.conn())
        .unwrap();
    site.given_user(Role::Editor); // editor-3, who has no password
    let mut pages = Vec::new();
    for (number, (typed, password)) in
        [(email.as_str(), "wrong"), ("nobody@example.org", PASSWORD), (&closed, PASSWORD), ("editor-3@example.org", "")]
            .into_iter()
            .enumerate()
    {
        let mallory = site.visitor().at(&format!("203.0.113.{number}:1"));
        let form = mallory.get("/login").await.form("#login");
        let answer = mallory.submit(form.fill([("email", typed), ("password", if password.is_empty() { "x" } else { password })])).await;
        answer.assert_status(422).assert_shows("The address or the password is not right.");
        assert_eq!(answer.form("#login").value("email"), typed);
        assert_eq!(answer.form("#login").value("password"), "");
        assert!(!mallory.has_cookie());
        pages.push(answer.body.replace(typed, ""));
    }
    assert!(pages.windows(2).all(|pair| pair[0] == pair[1]));
    assert_eq!(journaled(&site)[0], ("account.sign_in_failed".to_owned(), "au…@example.org".to_owned()));
}

#[actix_web::test]
async fn what_is_missing_is_told_at_its_field_and_costs_no_try() {
    let site = Site::start().await;
    let answer = site.visitor().submit(Form::forged("/login", &[])).await;
    answer.assert_status(422).assert_shows("Give the email address of your account.").assert_shows("Give your password.");
    assert_eq!(answer.attributes("[aria-invalid=true]", "id"), ["email", "password"]);
    assert_eq!(site.count("throttles"), 0);
}

#[actix_web::test]
async fn after_five_wrong_passwords_even_the_right_one_has_to_wait() {
    let site = Site::start().await;
    let (_, email) = given_member(&site, Role::Owner);
    for place in 0..5 {
        let mallory = site.visitor().at(&format!("203.0.113.{place}:1"));
        log_in(&mallory, &email, "wrong").await.assert_status(422);
    }
    let ada = site.visitor();
    let refused = log_in(&ada, &email, PASSWORD).await;
    refused.assert_status(429).assert_shows("Wait 10 seconds, then try again.");
    assert_eq!(refused.header("retry-after"), "10");
    assert_eq!(refused.form("#login").value("email"), email);

    site.later(TimeDelta::seconds(9));
    assert_eq!(log_in(&ada, &email, PASSWORD).await.header("retry-after"), "1");
    site.later(TimeDelta::seconds(1));
    log_in(&site.visitor().at("192.0.2.1:1"), &email, "wrong").await.assert_status(422);
    log_in(&ada, &email, PASSWORD).await.assert_status(429).assert_shows("Wait 20 seconds");
    site.later(TimeDelta::seconds(20));
    log_in(&ada, &email, PASSWORD).await.assert_redirects_to("/admin");

    // The count begins anew.
    for _ in 0..4 {
        log_in(&site.visitor().at("192.0.2.2:1"), &email, "wrong").await.assert_status(422);
    }
    log_in(&site.visitor(), &email, PASSWORD).await.assert_redirects_to("/admin");
}

#[actix_web::test]
async fn an_address_that_tries_many_accounts_has_to_wait_and_its_neighbours_too() {
    let site = Site::start().await;
    let (_, email) = given_member(&site, Role::Editor);
    for number in 0..5 {
        let mallory = site.visitor().at(&format!("[2001:db8:1:2::{number}]:1"));
        log_in(&mallory, &format!("guess-{number}@example.org"), PASSWORD).await.assert_status(422);
    }
    log_in(&site.visitor().at("[2001:db8:1:2:ffff::1]:1"), &email, PASSWORD).await.assert_status(429);
    log_in(&site.visitor().at("[2001:db8:1:3::1]:1"), &email, PASSWORD).await.assert_redirects_to("/admin");
}

#[actix_web::test]
async fn people_behind_one_address_do_not_slow_each_other_by_logging_in() {
    let site = Site::start().await;
    let (_, email) = given_member(&site, Role::Editor);
    for _ in 0..8 {
        log_in(&site.visitor(), &email, PASSWORD).await.assert_redirects_to("/admin");
    }
    assert_eq!(site.count("throttles WHERE failures > 0"), 0);
}

#[actix_web::test]
async fn an_account_that_nobody_has_is_slowed_just_the_same() {
    let site = Site::start().await;
    for place in 0..5 {
        log_in(&site.visitor().at(&format!("203.0.113.{place}:1")), "nobody@example.org", "x").await.assert_status(422);
    }
    log_in(&site.visitor(), "nobody@example.org", "x").await.assert_status(429);
    assert_eq!(kinds(&site).len(), 5);
}

#[actix_web::test]
async fn an_account_has_one_spelling() {
    let site = Site::start().await;
    let (_, email) = given_member(&site, Role::Author);
    // The column compares á and a alike; a log-in must not, or the account would be counted under many names.
    log_in(&site.visitor(), &email.replace('a', "á"), PASSWORD).await.assert_status(422);
    log_in(&site.visitor(), &email, PASSWORD).await.assert_redirects_to("/admin");
}

#[actix_web::test]
async fn tries_at_the_same_moment_are_all_counted() {
    let site = Site::start().await;
    let subjects = vec![throttle::account("ada@example.org")];
    let now = site.state.clock.now();
    let tries = (0..12).map(|_| {
        let (db, subjects) = (site.state.db.clone(), subjects.clone());
        std::thread::spawn(move || db.write_here(|conn| Ok(throttle::begin(conn, &subjects, now)?)).unwrap())
    });
    let passed = tries.collect::<Vec<_>>().into_iter().map(|one| one.join().unwrap()).filter(Result::is_ok).count();
    assert_eq!(passed, 5);
}

#[actix_web::test]
async fn a_disabled_person_is_out_at_once() {
    let site = Site::start().await;
    let (id, email) = given_member(&site, Role::Admin);
    let ada = site.visitor();
    log_in(&ada, &email, PASSWORD).await.assert_redirects_to("/admin");
    diesel::update(users::table.find(id)).set(users::disabled_at.eq(site.state.clock.now())).execute(&mut site.database.conn()).unwrap();
    assert!(!is_signed_in(&ada).await);
}

#[actix_web::test]
async fn the_log_in_page_keeps_no_session_for_visitors() {
    let site = Site::start().await;
    let visitor = site.visitor();
    visitor.get("/login").await.assert_status(200);
    visitor.submit(Form::forged("/logout", &[])).await.assert_redirects_to("/login");
    assert_eq!((visitor.has_cookie(), site.count("sessions")), (false, 0));
}

#[actix_web::test]
async fn a_device_that_has_logged_in_before_does_not_wait_for_strangers() {
    let site = Site::start().await;
    let (_, email) = given_member(&site, Role::Owner);
    let ada = site.visitor();
    log_in(&ada, &email, PASSWORD).await.assert_redirects_to("/admin");
    assert!(ada.has_cookie_of("__Secure-device-"));
    ada.forget("mainstay");
    for place in 0..5 {
        log_in(&site.visitor().at(&format!("203.0.113.{place}:1")), &email, "wrong").await.assert_status(422);
    }
    log_in(&site.visitor(), &email, PASSWORD).await.assert_status(429);
    log_in(&ada, &email, PASSWORD).await.assert_redirects_to("/admin");

    // Its own tries are counted as well, and not those of others.
    ada.forget("mainstay");
    for _ in 0..5 {
        log_in(&ada, &email, "wrong").await.assert_status(422);
    }
    log_in(&ada, &email, PASSWORD).await.assert_status(429).assert_shows("Wait 10 seconds");
}

#[actix_web::test]
async fn the_cookie_of_a_device_is_of_use_to_one_account_until_the_password_changes() {
    let site = Site::start().await;
    let (id, email) = given_member(&site, Role::Owner);
    let (_, other) = given_member(&site, Role::Editor);
    let eve = site.visitor();
    log_in(&eve, &other, PASSWORD).await.assert_redirects_to("/admin");
    eve.forget("mainstay");
    let known = site.visitor();
    log_in(&known, &email, PASSWORD).await.assert_redirects_to("/admin");
    known.forget("mainstay");
    for place in 0..5 {
        log_in(&site.visitor().at(&format!("203.0.113.{place}:1")), &email, "wrong").await.assert_status(422);
    }
    log_in(&eve, &email, PASSWORD).await.assert_status(429); // she knows her own account only
    let hashed = mainstay::accounts::model::password::hash(PASSWORD).unwrap();
    diesel::update(users::table.find(id)).set(users::password_hash.eq(hashed.as_str())).execute(&mut site.database.conn()).unwrap();
    log_in(&known, &email, PASSWORD).await.assert_status(429);
}

#[actix_web::test]
async fn a_log_in_on_a_new_device_is_told_by_letter_and_on_a_known_one_not() {
    let site = Site::start().await;
    let (_, email) = given_member(&site, Role::Author);
    let ada = site.visitor();
    log_in(&ada, &email, PASSWORD).await.assert_redirects_to("/admin");
    assert_eq!(site.run_jobs(), 2);
    let letter = site.letters().remove(0);
    for part in
        [format!("To: {email}"), "A new device logged in".to_owned(), "198.51.100.7".to_owned(), "/admin/profile/sessions".to_owned()]
    {
        assert!(letter.contains(&part), "no {part} in {letter}");
    }
    ada.forget("mainstay");
    log_in(&ada, &email, PASSWORD).await.assert_redirects_to("/admin");
    assert_eq!(site.run_jobs(), 0);
}

#[actix_web::test]
async fn a_password_hashed_otherwise_is_hashed_anew_by_its_log_in() {
    use argon2::{Algorithm, Argon2, Params, Version, password_hash::PasswordHasher};
    let site = Site::start().await;
    let (id, email) = given_member(&site, Role::Author);
    let old = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(8192, 1, 1, None).unwrap());
    let old = old.hash_password(PASSWORD.as_bytes()).unwrap().to_string();
    diesel::update(users::table.find(id)).set(users::password_hash.eq(&old)).execute(&mut site.database.conn()).unwrap();
    log_in(&site.visitor(), &email, "wrong").await.assert_status(422);
    assert_eq!(site.count("users WHERE password_hash LIKE '$argon2id$v=19$m=8192%'"), 1);
    log_in(&site.visitor(), &email, PASSWORD).await.assert_redirects_to("/admin");
    assert_eq!(site.count("users WHERE password_hash LIKE '$argon2id$v=19$m=19456,t=2,p=1$%'"), 1);
    log_in(&site.visitor(), &email, PASSWORD).await.assert_redirects_to("/admin");
}

#[actix_web::test]
async fn cookies_that_nobody_made_here_are_no_cookies() {
    let site = Site::start().await;
    let (_, email) = given_member(&site, Role::Author);
    let name = format!("__Secure-device-{}", &throttle::account(&email)["account:".len()..][..8]);
    for value in ["", "x", "1.2.3", "%00%ff", "🐎", &"A".repeat(4000), &"=".repeat(100)] {
        let mallory = site.visitor();
        let cookie = actix_web::cookie::Cookie::new(name.clone(), value.to_owned());
        let request = actix_web::test::TestRequest::post()
            .uri("/login")
            .cookie(cookie)
            .insert_header(("Sec-Fetch-Site", "same-origin"))
            .insert_header(("Content-Type", "application/x-www-form-urlencoded"))
            .set_payload(format!("email={email}&password=wrong"));
        let status = mallory.send(request).await.status.as_u16();
        assert!(matches!(status, 422 | 429), "{value:?}: {status}");
    }
    assert_eq!(site.count("throttles WHERE subject LIKE 'device:%'"), 0);
}

/// How long a wrong log-in takes, with and without an account: the medians of tries that take turns.
#[actix_web::test]
async fn a_log_in_takes_as_long_whether_there_is_an_account_or_not() {
    let site = Site::start().await;
    let (_, email) = given_member(&site, Role::Author);
    // On a busy machine one try of several tells; what takes longer on purpose, or is left out, is apart in each.
    let mut apart = Vec::new();
    for round in 0..6 {
        let mut taken = [Vec::new(), Vec::new()];
        for number in 0..15 {
            for (times, typed) in taken.iter_mut().zip([email.as_str(), "nobody@example.org"]) {
                diesel::delete(mainstay::schema::throttles::table).execute(&mut site.database.conn()).unwrap();
                let mallory = site.visitor().at(&format!("203.0.{round}.{number}:1"));
                let form = Form::forged("/login", &[("email", typed), ("password", "not this one, surely")]);
                let begun = std::time::Instant::now();
                mallory.submit(form).await.assert_status(422);
                times.push(begun.elapsed());
            }
        }
        let [known, unknown] = taken.map(|mut times| {
            times.sort();
            times[times.len() / 2].as_secs_f64() * 1000.0
        });
        eprintln!("wrong log-in, medians of 15: {known:.2} ms with an account, {unknown:.2} ms without");
        apart.push((known - unknown).abs() / unknown);
        if apart[round] < 0.2 {
            return;
        }
    }
    panic!("one of the two is slower, each time by this part: {apart:.2?}"); // 5 % on a quiet machine
}
