//! `mainstay admin`, as the operator runs it.

use super::{PASSWORD, given_member, kinds, log_in};
use crate::support::site::Site;
use diesel::prelude::*;
use mainstay::web::person::Role;
use std::{
    io::Write,
    process::{Command, Output, Stdio},
};

/// Runs the program on the test's database; `typed` is its standard input.
fn mainstay(site: &Site, args: &[&str], typed: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_mainstay"))
        .arg("admin")
        .args(args)
        .env("DATABASE_URL", site.database.url())
        .env("MAINSTAY_STATE_DIR", site.folder.join("state"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let _ = child.stdin.take().unwrap().write_all(typed.as_bytes()); // it may end before it reads
    child.wait_with_output().unwrap()
}

#[track_caller]
fn assert_ends(output: &Output, status: i32, sentence: &str) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(status) && said.contains(sentence), "{:?} {said}", output.status);
    assert!(!said.contains(PASSWORD), "{said}");
}

const CREATE: [&str; 8] = ["create", "--email", "Ada@example.org", "--name", "Ada", "--role", "owner", "--password-stdin"];

#[actix_web::test]
async fn an_account_made_on_the_command_line_can_log_in() {
    let site = Site::start().await;
    assert_ends(&mainstay(&site, &CREATE, &format!("{PASSWORD}\n")), 0, "made the account of Ada (owner)");
    log_in(&site.visitor(), "ada@example.org", PASSWORD).await.assert_redirects_to("/admin");
    assert_eq!(site.count("users WHERE role = 'owner' AND email = 'ada@example.org'"), 1);
    assert_eq!(site.count("journal WHERE kind = 'account.created' AND user_id IS NULL"), 1);

    assert_ends(&mainstay(&site, &CREATE, PASSWORD), 1, "There is already an account with this address.");
    assert_ends(&mainstay(&site, &CREATE, "short\n"), 1, "Use at least 12 characters.");
    let mut wrong = CREATE;
    wrong[6] = "captain";
    assert_ends(&mainstay(&site, &wrong, PASSWORD), 2, "owner, admin, editor, author");
    wrong = CREATE;
    wrong[2] = "nowhere";
    assert_ends(&mainstay(&site, &wrong, PASSWORD), 2, "Give an email address such as ada@example.org.");
    assert_eq!(site.count("users"), 1);
}

#[actix_web::test]
async fn what_is_kept_of_somebody_is_written_to_a_file_on_the_command_line() {
    let site = Site::start().await;
    let (_, email) = given_member(&site, Role::Reader);
    let path = site.folder.join("data.zip");
    let args = ["export-data", "--email", &email, "--to", path.to_str().unwrap()];
    assert_ends(&mainstay(&site, &args, ""), 0, "wrote what is kept of Reader 1");
    let names: Vec<String> =
        zip::ZipArchive::new(std::fs::File::open(&path).unwrap()).unwrap().file_names().map(|name| name.unwrap().into_owned()).collect();
    assert!(names.contains(&"profile.json".to_owned()) && names.contains(&"journal.json".to_owned()), "{names:?}");
    assert!(kinds(&site).contains(&"account.exported".to_owned()));
    assert_ends(&mainstay(&site, &args, ""), 1, "cannot be made");
    let nobody = ["export-data", "--email", "nobody@example.org", "--to", "none.zip"];
    assert_ends(&mainstay(&site, &nobody, ""), 1, "There is no account with the address nobody@example.org.");
}

#[actix_web::test]
async fn a_password_reset_on_the_command_line_ends_the_sessions() {
    let site = Site::start().await;
    let (_, email) = given_member(&site, Role::Owner);
    let ada = site.visitor();
    log_in(&ada, &email, PASSWORD).await;
    let args = ["reset-password", "--email", &email, "--password-stdin"];
    assert_ends(&mainstay(&site, &args, "another four words\r\n"), 0, "gave Owner 1 a new password");
    assert_eq!(site.count("sessions"), 0);
    log_in(&site.visitor(), &email, PASSWORD).await.assert_status(422);
    log_in(&site.visitor(), &email, "another four words").await.assert_redirects_to("/admin");
    assert!(kinds(&site).contains(&"account.password_reset".to_owned()));

    let nobody = ["reset-password", "--email", "nobody@example.org", "--password-stdin"];
    assert_ends(&mainstay(&site, &nobody, PASSWORD), 1, "There is no account with the address nobody@example.org.");
}

#[actix_web::test]
async fn an_account_that_has_to_wait_is_unlocked_on_the_command_line() {
    let site = Site::start().await;
    let (_, email) = given_member(&site, Role::Owner);
    site.state.clock.set(chrono::Utc::now().naive_utc());
    for place in 0..5 {
        log_in(&site.visitor().at(&format!("203.0.113.{place}:1")), &email, "wrong").await.assert_status(422);
    }
    log_in(&site.visitor(), &email, PASSWORD).await.assert_status(429);
    assert_ends(&mainstay(&site, &["unlock", "--email", &email], ""), 0, "Owner 1 may log in again without waiting");
    log_in(&site.visitor(), &email, PASSWORD).await.assert_redirects_to("/admin");
    assert_ends(&mainstay(&site, &["unlock", "--email", &email], ""), 0, "Owner 1 did not have to wait");
    assert_ends(&mainstay(&site, &["unlock", "--email", "nobody@example.org"], ""), 1, "There is no account with the address");
    assert!(kinds(&site).contains(&"account.unlocked".to_owned()));
}

#[actix_web::test]
async fn a_lost_second_factor_is_taken_off_on_the_command_line() {
    let site = Site::start().await;
    let (id, email) = given_member(&site, Role::Owner);
    let row = format!("INSERT INTO second_factors (user_id, secret, created_at) VALUES ({id}, 'twenty bytes of secret', NOW())");
    diesel::sql_query(row).execute(&mut site.database.conn()).unwrap();
    log_in(&site.visitor(), &email, PASSWORD).await.assert_redirects_to("/login/second-factor");
    let args = ["reset-second-factor", "--email", &email];
    assert_ends(&mainstay(&site, &args, ""), 0, "Owner 1 logs in with the password alone now");
    log_in(&site.visitor(), &email, PASSWORD).await.assert_redirects_to("/admin");
    assert_ends(&mainstay(&site, &args, ""), 0, "Owner 1 had no second factor");
}

#[actix_web::test]
async fn links_are_printed_where_letters_do_not_arrive() {
    let site = Site::start().await;
    site.state.clock.set(chrono::Utc::now().naive_utc());
    let (_, email) = given_member(&site, Role::Owner);
    let link = |output: &Output| {
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let begin = said.find("/login/new-password").or(said.find("/invitation")).unwrap_or_else(|| panic!("no link in {said}"));
        said[begin..].split_whitespace().next().unwrap().to_owned()
    };
    let reset = mainstay(&site, &["reset-link", "--email", &email], "");
    assert_ends(&reset, 0, "Owner 1 sets a new password, once, within an hour");
    let ada = site.visitor();
    let form = ada.get(&link(&reset)).await.form("#new-password");
    ada.submit(form.fill([("password", "another four words")])).await.assert_redirects_to("/login?done=reset");
    log_in(&ada, &email, "another four words").await.assert_redirects_to("/admin");

    let invited = mainstay(&site, &["invite", "--email", "grace@example.org", "--name", "Grace", "--role", "editor"], "");
    assert_ends(&invited, 0, "Grace sets a password, once, within 7 days");
    let grace = site.visitor();
    let form = grace.get(&link(&invited)).await.form("#invitation");
    grace.submit(form.fill([("password", PASSWORD)])).await.assert_redirects_to("/admin");

    let change = ["change-email", "--email", &email, "--to", "ada@new.example"];
    assert_ends(&mainstay(&site, &change, ""), 0, "Owner 1 logs in as ada@new.example now");
    assert_ends(&mainstay(&site, &change, ""), 1, "There is no account with the address");
    let clash = ["change-email", "--email", "ada@new.example", "--to", "grace@example.org"];
    assert_ends(&mainstay(&site, &clash, ""), 1, "There is already an account with this address.");
}
