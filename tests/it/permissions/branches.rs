//! Somebody who is limited to a branch of the page tree.

use super::{Rule, post, rules, things::Things};
use crate::support::site::{Site, a_page};
use diesel::prelude::*;
use mainstay::{
    content::model::entry::EntryId,
    schema::{user_branches, users},
    web::person::{Reach, Role, UserId},
};

#[actix_web::test]
async fn an_editor_of_a_branch_does_nothing_outside_of_it() {
    let site = Site::start().await;
    let things = Things::new(&site);
    let [inside, outside] = ["Inside", "Outside"].map(|title| site.given(a_page(title).published()));
    let mut wrong = Vec::new();
    for rule in rules() {
        let editor = site.given_user(Role::Editor);
        limit(&site, editor, inside);
        let (within, beyond) = of_limited(&rule);
        for (branch, is_own, expected) in [(inside, true, within), (outside, false, beyond)] {
            things.below(Some(branch));
            let address = things.address(rule.method, rule.route, Some(editor), is_own);
            let guest = site.session_of(editor);
            let answer = match rule.is_post() {
                true => post(&guest, &address, &guest.token, "same-origin").await,
                false => guest.get(&address).await,
            };
            if answer.status.as_u16() != expected {
                let place = if is_own { "inside" } else { "outside" };
                wrong.push(format!("{} {} {place}: {} instead of {expected}", rule.method, rule.route, answer.status));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    site.run_jobs();
}

/// What an editor loses who is limited to a branch.
const BEYOND_BRANCHES: &[&str] = &[
    "/admin/snippets",
    "/admin/embeds",
    "/admin/categories",
    "/admin/tags",
    "/admin/series",
    "/admin/searches",
    "/admin/redirects",
    "/admin/lost",
    "/admin/links",
    "/admin/media/folders",
    "/admin/messages",
    "/admin/comments/bans",
    "/admin/comments/filter",
    "/admin/comments/mentions",
];

/// Routes about one entry or page. Nothing of these is done outside of the branch.
fn is_about_an_entry(route: &str) -> bool {
    let answers = ["/approval", "/changes", "/withdrawal"];
    let review = route.starts_with("/admin/reviews/{id}") && answers.iter().any(|end| route.ends_with(end));
    review
        || route.starts_with("/admin/comments/{id}")
        || route.starts_with("/admin/entries/{id}")
        || route.starts_with("/admin/pages/{id}")
}

/// The status that an editor of a branch gets inside and outside of it. Files are those of an author: one's own.
fn of_limited(rule: &Rule) -> (u16, u16) {
    let (author, editor) = (rule.statuses[3], rule.statuses[4]);
    match rule.route {
        route if BEYOND_BRANCHES.iter().any(|lost| route.starts_with(lost)) => (403, 403),
        "/admin/pages/{id}/position" => editor, // an empty form says of no page what to do; `reach` sends whole ones
        route if is_about_an_entry(route) => (editor.0, 403),
        route if route.starts_with("/admin/media") => author,
        _ => editor,
    }
}

/// Limits somebody to the branch of a page.
pub fn limit(site: &Site, user: UserId, branch: EntryId) {
    let conn = &mut site.database.conn();
    diesel::update(users::table.find(user)).set(users::reach.eq(Reach::Branches)).execute(conn).unwrap();
    let row = (user_branches::user_id.eq(user), user_branches::page_id.eq(branch.number()));
    diesel::insert_into(user_branches::table).values(row).execute(conn).unwrap();
}
