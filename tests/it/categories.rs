//! The tree of categories in the admin, and what follows when it changes.

use crate::support::{
    answer::Form,
    site::{Site, Visitor, a_post},
};
use chrono::TimeDelta;
use diesel::{
    prelude::*,
    sql_types::{BigInt, Text},
};
use mainstay::{
    clock::Clock,
    content::model::{
        category::{Category, CategoryId},
        entry::EntryId,
        list::{self, List},
        redirect,
    },
    web::{page_cache::PageCache, person::Role},
};

const LIST: &str = "/admin/categories";

/// Makes a category through the form, below another one or at the top.
async fn given(site: &Site, editor: &Visitor, name: &str, parent: Option<CategoryId>) -> CategoryId {
    let parent = parent.map(|id| id.to_string()).unwrap_or_default();
    let form = editor.get("/admin/categories/new").await.form("#category");
    editor.submit(form.fill([("name", name), ("parent", &parent)])).await.assert_redirects_to(LIST);
    let conn = &mut site.database.conn();
    Category::tree(conn).unwrap().into_iter().find(|category| category.name == name).unwrap().id
}

fn given_post(site: &Site, title: &str, categories: &[CategoryId]) -> EntryId {
    site.given(a_post(title).with(|draft| draft.categories = categories.to_vec()).published())
}

fn path(site: &Site, id: CategoryId) -> String {
    Category::find(&mut site.database.conn(), id).unwrap().path
}

/// Where an old address leads.
fn leads_to(site: &Site, from: &str) -> Option<String> {
    redirect::target(&mut site.database.conn(), from).unwrap()
}

/// How many posts a category's list has; by its rows and by its count, which must agree.
#[track_caller]
fn posts(site: &Site, id: CategoryId) -> i64 {
    let conn = &mut site.database.conn();
    let no_memory = PageCache::new(0, Clock::default());
    let counted = list::count(conn, List::Category(id)).unwrap();
    let rows = list::page(conn, &no_memory, List::Category(id), None, 100).unwrap().rows.len() as i64;
    assert_eq!(counted, rows, "list_counts is wrong");
    counted
}

/// Kind and cache tags of the newest journal row.
fn last_change(site: &Site) -> (String, Vec<String>) {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        kind: String,
        #[diesel(sql_type = Text)]
        cache_tags: String,
    }
    let row: Row =
        diesel::sql_query("SELECT kind, cache_tags FROM journal ORDER BY id DESC LIMIT 1").get_result(&mut site.database.conn()).unwrap();
    (row.kind, row.cache_tags.split(' ').map(str::to_owned).collect())
}

/// Every post's lists as they would be if each post were listed anew.
#[track_caller]
fn assert_lists_are_right(site: &Site) {
    #[derive(QueryableByName, PartialEq, Debug)]
    struct Row {
        #[diesel(sql_type = Text)]
        kind: String,
        #[diesel(sql_type = BigInt)]
        list_key: i64,
        #[diesel(sql_type = BigInt)]
        entry_id: i64,
    }
    let conn = &mut site.database.conn();
    let load = |conn: &mut _| {
        diesel::sql_query("SELECT kind, list_key, entry_id FROM listings ORDER BY kind, list_key, entry_id").load::<Row>(conn).unwrap()
    };
    let before = load(conn);
    let ids: Vec<EntryId> = mainstay::schema::entries::table.select(mainstay::schema::entries::id).load(conn).unwrap();
    for id in ids {
        list::sync(conn, id).unwrap();
    }
    assert_eq!(before, load(conn));
}

#[actix_web::test]
async fn an_editor_arranges_a_tree() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    editor.get(LIST).await.assert_status(200).assert_shows("No categories yet");

    let servers = given(&site, &editor, "Web Servers", None).await;
    let nginx = given(&site, &editor, "Nginx", Some(servers)).await;
    given_post(&site, "Hello", &[nginx]);

    let page = editor.get(LIST).await;
    page.assert_shows("/categories/web-servers/nginx");
    assert_eq!(page.texts("tbody th a"), ["Web Servers", "Nginx"]);
    assert_eq!((posts(&site, servers), posts(&site, nginx)), (1, 1), "the list of the upper one holds those below");
    assert_eq!(
        editor.get("/admin/categories/new").await.texts("#parent option"),
        ["None: it stands at the top", "Web Servers", "Web Servers › Nginx"]
    );
    let own = editor.get(&format!("{LIST}/{servers}")).await;
    assert_eq!(own.texts("#parent option"), ["None: it stands at the top"], "neither itself nor what is below it");
}

#[actix_web::test]
async fn a_renamed_branch_keeps_its_old_addresses() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    let old = given(&site, &editor, "Old", None).await;
    let below = given(&site, &editor, "Below", Some(old)).await;
    given_post(&site, "Hello", &[below]);

    let form = editor.get(&format!("{LIST}/{old}")).await.form("#category");
    editor.submit(form.fill([("name", "New"), ("slug", "new")])).await.assert_redirects_to(LIST);
    editor.get(LIST).await.assert_shows("Saved the category “New”.");

    assert_eq!((path(&site, old), path(&site, below)), ("new".to_owned(), "new/below".to_owned()));
    assert_eq!(leads_to(&site, "/categories/old").as_deref(), Some("/categories/new"));
    let visitor = site.visitor();
    visitor.get("/categories/old/below").await.assert_moved_to("/categories/new/below");
    visitor.get("/categories/new/below").await.assert_status(200).assert_shows("Hello");
    let (kind, tags) = last_change(&site);
    assert_eq!(kind, "category.changed");
    for tag in [format!("category:{old}"), format!("category:{below}"), "categories".to_owned()] {
        assert!(tags.contains(&tag), "{tag} not in {tags:?}");
    }

    // Renamed again: no chain. Back to the first: no circle.
    let form = editor.get(&format!("{LIST}/{old}")).await.form("#category");
    editor.submit(form.clone().fill([("slug", "third")])).await.assert_redirects_to(LIST);
    assert_eq!(leads_to(&site, "/categories/old/below").as_deref(), Some("/categories/third/below"));
    editor.submit(form.fill([("slug", "old")])).await.assert_redirects_to(LIST);
    assert_eq!(leads_to(&site, "/categories/old"), None);
    assert_eq!(leads_to(&site, "/categories/new/below").as_deref(), Some("/categories/old/below"));
    assert_eq!(leads_to(&site, "/categories/third").as_deref(), Some("/categories/old"));
}

#[actix_web::test]
async fn a_branch_that_moves_takes_its_posts_from_list_to_list() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    let from = given(&site, &editor, "From", None).await;
    let branch = given(&site, &editor, "Branch", Some(from)).await;
    let leaf = given(&site, &editor, "Leaf", Some(branch)).await;
    let into = given(&site, &editor, "Into", None).await;
    given_post(&site, "One", &[leaf]);
    given_post(&site, "Two", &[branch, leaf]);
    given_post(&site, "Three", &[leaf, from]); // stays in From by itself
    given_post(&site, "Four", &[into, leaf]); // is in Into already
    assert_eq!((posts(&site, from), posts(&site, into)), (4, 1));

    let form = editor.get(&format!("{LIST}/{branch}")).await.form("#category");
    editor.submit(form.fill([("parent", &into.to_string())])).await.assert_redirects_to(LIST);

    assert_eq!(path(&site, leaf), "into/branch/leaf");
    assert_eq!((posts(&site, from), posts(&site, into), posts(&site, branch), posts(&site, leaf)), (1, 4, 4, 4));
    assert_lists_are_right(&site);
    let (_, tags) = last_change(&site);
    for tag in [format!("list:category:{from}"), format!("list:category:{into}"), format!("category:{branch}"), format!("category:{leaf}")]
    {
        assert!(tags.contains(&tag), "{tag} not in {tags:?}");
    }
}

#[actix_web::test]
async fn deleting_a_category_leaves_its_posts_and_lifts_what_is_below() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    let top = given(&site, &editor, "Top", None).await;
    let gone = given(&site, &editor, "Gone", Some(top)).await;
    let child = given(&site, &editor, "Child", Some(gone)).await;
    let other = given(&site, &editor, "Other", None).await;
    let alone = given_post(&site, "Alone", &[gone]);
    let both = given_post(&site, "Both", &[gone, other]);
    given_post(&site, "Below", &[child]);

    let asked = editor.get(&format!("{LIST}/{gone}/deletion")).await;
    asked
        .assert_shows("2 entries stand in it")
        .assert_shows("1 category below it moves up")
        .assert_shows("/categories/top/gone leads to /categories/top");
    editor.submit(asked.form("#deletion")).await.assert_redirects_to(LIST);
    editor.get(LIST).await.assert_shows("Deleted the category “Gone”.");

    assert_eq!(path(&site, child), "top/child");
    assert_eq!(leads_to(&site, "/categories/top/gone").as_deref(), Some("/categories/top"));
    assert_eq!(leads_to(&site, "/categories/top/gone/child").as_deref(), Some("/categories/top/child"));
    assert_eq!((posts(&site, top), posts(&site, child), posts(&site, other)), (1, 1, 1));
    assert_lists_are_right(&site);
    let conn = &mut site.database.conn();
    let topics = mainstay::content::model::category::main_of(conn, &[alone, both]).unwrap();
    assert_eq!(
        (topics.get(&alone), topics.get(&both).map(|(_, (_, name))| name.as_str())),
        (None, Some("Other")),
        "the next one is the main one"
    );
    let (kind, tags) = last_change(&site);
    assert_eq!(kind, "category.deleted");
    assert!(tags.contains(&format!("category:{gone}")) && tags.contains(&format!("list:category:{top}")), "{tags:?}");
    editor.get(&format!("{LIST}/{gone}")).await.assert_status(404);
}

#[actix_web::test]
async fn a_category_at_the_top_may_go_though_its_child_has_its_name() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    let gone = given(&site, &editor, "Same", None).await;
    let form = editor.get("/admin/categories/new").await.form("#category");
    editor.submit(form.fill([("name", "Child"), ("slug", "same"), ("parent", &gone.to_string())])).await.assert_redirects_to(LIST);
    let form = editor.get("/admin/categories/new").await.form("#category");
    editor.submit(form.fill([("name", "Leaf"), ("parent", &(gone.number() + 1).to_string())])).await.assert_redirects_to(LIST);

    editor.submit(editor.get(&format!("{LIST}/{gone}/deletion")).await.form("#deletion")).await.assert_redirects_to(LIST);
    let paths: Vec<String> = Category::tree(&mut site.database.conn()).unwrap().into_iter().map(|category| category.path).collect();
    assert_eq!(paths, ["same", "same/leaf"]);
    assert_eq!(leads_to(&site, "/categories/same"), None, "something lives there");
    assert_eq!(leads_to(&site, "/categories/same/same").as_deref(), Some("/categories/same"));
}

#[actix_web::test]
async fn a_deletion_that_would_need_one_address_twice_is_refused() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    given(&site, &editor, "Twin", None).await;
    let gone = given(&site, &editor, "Gone", None).await;
    let form = editor.get("/admin/categories/new").await.form("#category");
    editor.submit(form.fill([("name", "Second"), ("slug", "twin"), ("parent", &gone.to_string())])).await.assert_redirects_to(LIST);

    let asked = editor.get(&format!("{LIST}/{gone}/deletion")).await.form("#deletion");
    editor.submit(asked).await.assert_status(422).assert_shows("“Second” cannot move up").assert_shows("Keep the category");
    assert_eq!(path(&site, gone), "gone");
}

#[actix_web::test]
async fn what_is_wrong_is_told_at_its_field_and_nothing_typed_is_lost() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    given(&site, &editor, "Taken", None).await;
    let form = editor.get("/admin/categories/new").await.form("#category");

    let cases = [
        (("name", ""), "Give the category a name"),
        (("slug", "taken"), "There is already a category at /categories/taken."),
        (("slug", "Not A Slug"), "Use lower-case letters"),
        (("parent", "99"), "That category is gone."),
        (("parent", "x"), "Choose a category from the list."),
        (("position", "-1"), "Give a whole number from 0 to 9999."),
    ];
    for ((field, value), sentence) in cases {
        let filled = form.clone().fill([("name", "Kept"), ("description", "Kept too")]).fill([(field, value)]);
        let answer = editor.submit(filled).await;
        answer.assert_status(422).assert_shows(sentence).assert_shows("Kept too").assert_shows("Error: New category");
        assert!(answer.attributes(&format!("#{field}"), "aria-invalid") == ["true"], "{field}");
    }
    let long = "x".repeat(501);
    let answer = editor.submit(form.fill([("name", "Kept"), ("description", &long)])).await;
    answer.assert_status(422).assert_shows("Shorten the description to 500 characters.").assert_shows(&long);
    assert_eq!(site.count("categories"), 1);
}

#[actix_web::test]
async fn the_tree_is_four_levels_deep_at_most() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    let mut parent = None;
    for name in ["One", "Two", "Three", "Four"] {
        parent = Some(given(&site, &editor, name, parent).await);
    }
    let page = editor.get("/admin/categories/new").await;
    assert!(!page.texts("#parent option").iter().any(|option| option.ends_with("Four")), "nothing can stand below the fourth level");
    let form = page.form("#category").fill([("name", "Five"), ("parent", &parent.unwrap().to_string())]);
    editor.submit(form).await.assert_status(422).assert_shows("Categories go four levels deep.");
}

#[actix_web::test]
async fn saving_without_a_change_is_no_change() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    let id = given(&site, &editor, "Same", None).await;
    let rows = site.count("journal");
    editor.submit(editor.get(&format!("{LIST}/{id}")).await.form("#category")).await.assert_redirects_to(LIST);
    assert_eq!(site.count("journal"), rows);
}

#[actix_web::test]
async fn owners_admins_and_editors_may_and_authors_may_not() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    let id = given(&site, &editor, "Mine", None).await;
    for role in [Role::Owner, Role::Admin, Role::Editor] {
        site.signed_in(role).get(LIST).await.assert_status(200);
    }
    let author = site.signed_in(Role::Author);
    let pages = [LIST.to_owned(), format!("{LIST}/new"), format!("{LIST}/{id}"), format!("{LIST}/{id}/deletion")];
    for page in &pages {
        author.get(page).await.assert_status(403);
    }
    let token = author.get("/admin").await.form("form[action='/logout']").value("token").to_owned();
    for action in [LIST.to_owned(), format!("{LIST}/{id}"), format!("{LIST}/{id}/deletion")] {
        author.submit(Form::forged(&action, &[("token", &token), ("name", "Theirs")])).await.assert_status(403).assert_shows("Your role");
    }
    assert_eq!(path(&site, id), "mine");
    assert_eq!(site.count("categories"), 1);
}

#[actix_web::test]
async fn the_list_of_entries_has_those_of_a_category_last_changed_first_and_page_by_page() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    let (sea, land) = (given(&site, &editor, "Sea", None).await, given(&site, &editor, "Land", None).await);
    let mut expected = Vec::new();
    for number in 0..40 {
        site.later(TimeDelta::seconds(1));
        let within: &[CategoryId] = if number % 4 == 3 { &[land] } else { &[land, sea] };
        let title = format!("Post {number:02}");
        let draft = a_post(&title).with(|draft| draft.categories = within.to_vec());
        site.given(if number % 2 == 0 { draft.published() } else { draft });
        if within.contains(&sea) {
            expected.insert(0, title);
        }
    }
    // The oldest is saved again, and leads from then on.
    site.later(TimeDelta::seconds(1));
    let (oldest, list) = ("Post 00", format!("/admin/entries?category={sea}"));
    let last = editor.get(&format!("{list}&after=0~0")).await;
    let edit = last.attributes("#entries tbody th a", "href").pop().unwrap();
    editor.submit(editor.get(&edit).await.form("#editor").fill([("summary", "Said anew.")])).await.assert_status(303);
    expected.retain(|title| title != oldest);
    expected.insert(0, oldest.to_owned());

    let titles = async |address: &str| editor.get(address).await.texts("#entries tbody th a");
    assert_eq!(titles(&list).await, expected, "thirty fit on a page");
    let live: Vec<&String> = expected.iter().filter(|title| title.ends_with(['0', '2', '4', '6', '8'])).collect();
    assert_eq!(titles(&format!("{list}&view=live")).await.iter().collect::<Vec<_>>(), live);
    assert_eq!(titles(&format!("{list}&kind=page")).await.len(), 0);
    let (all, first) = (format!("/admin/entries?category={land}"), editor.get(&format!("/admin/entries?category={land}")).await);
    let older = first.attributes(".pager a", "href").pop().unwrap();
    let second = editor.get(&older).await;
    let shown = [first.texts("#entries tbody th a"), second.texts("#entries tbody th a")];
    assert_eq!((shown[0].len(), shown[1].len()), (30, 10));
    let every: Vec<String> = shown.concat();
    assert_eq!(every.iter().filter(|title| expected.contains(title)).collect::<Vec<_>>(), expected.iter().collect::<Vec<_>>());
    let newer = second.attributes(".pager a", "href").remove(0);
    assert_eq!(titles(&newer).await, shown[0], "and back");
    assert_eq!(titles(&format!("{all}&after=0~0")).await, every[10..], "the last page is as full");
}
