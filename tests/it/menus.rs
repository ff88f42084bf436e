//! Menus: what somebody arranges, and what visitors see of it.

use crate::support::{
    answer::{Answer, Form},
    site::{Site, Visitor, a_page, a_post},
};
use mainstay::{
    content::model::{entry::EntryId, publishing},
    journal::Actor,
    web::person::Role,
};

const HEADER: &str = "/admin/menus/header";

struct Menus {
    site: Site,
    admin: Visitor,
    reader: Visitor,
}

impl Menus {
    async fn new() -> Menus {
        let site = Site::start().await;
        let (admin, reader) = (site.signed_in(Role::Admin), site.visitor());
        Menus { site, admin, reader }
    }

    /// Adds an item by the form.
    async fn add<const N: usize>(&self, menu: &str, values: [(&str, &str); N]) -> Answer {
        let form = self.admin.get(&format!("{menu}/items/new")).await.form("#item");
        self.admin.submit(choose(form, values)).await
    }

    /// Presses a button beside the item with this label.
    async fn press(&self, menu: &str, label: &str, way: &str) -> Answer {
        let page = self.admin.get(menu).await;
        let id = key_of(&page, label);
        self.admin.submit(page.form("#order").fill([("move", &format!("{id} {way}"))])).await
    }

    /// The labels of a menu in the admin; what stands below is indented.
    async fn labels(&self, menu: &str) -> Vec<String> {
        let page = self.admin.get(menu).await;
        let (labels, classes) = (page.texts(".menu-item b"), page.attributes(".menu-item", "class"));
        let indent = |class: &String| if class.contains("is-below") { "> " } else { "" };
        labels.iter().zip(&classes).map(|(label, class)| format!("{}{label}", indent(class))).collect()
    }

    /// The links in the header, as a visitor finds them.
    async fn header(&self) -> Vec<String> {
        self.reader.get("/").await.texts(".site-nav a, .site-nav summary")
    }

    fn unpublish(&self, id: EntryId) {
        let now = self.site.state.clock.now();
        self.site.write(|conn| publishing::unpublish(conn, id, &Actor::default(), now));
    }
}

/// Fills fields, ticks boxes and chooses radio buttons by their name and value.
fn choose<const N: usize>(mut form: Form, values: [(&str, &str); N]) -> Form {
    for (name, value) in values {
        form = if matches!(name, "entry" | "category") { form.tick(name, value) } else { form.fill([(name, value)]) };
    }
    form
}

/// The key of the item with this label.
#[track_caller]
fn key_of(page: &Answer, label: &str) -> String {
    let (labels, keys) = (page.texts(".menu-item b"), page.attributes(".menu-item", "data-item"));
    let place = labels.iter().position(|one| one == label).unwrap_or_else(|| panic!("no item {label} among {labels:?}"));
    keys[place].clone()
}

#[actix_web::test]
async fn somebody_builds_a_header_and_visitors_see_it() {
    let menus = Menus::new().await;
    let guides = menus.site.given(a_page("Guides").published());
    let post = menus.site.given(a_post("Hello").published());
    let owner = menus.site.signed_in(Role::Owner);
    let form = owner.get("/admin/categories/new").await.form("#category");
    owner.submit(form.fill([("name", "Craft")])).await.assert_status(303);

    menus.admin.get(HEADER).await.assert_shows("No items yet");
    menus.add(HEADER, [("entry", &guides.to_string()), ("entry", &post.to_string())]).await.assert_redirects_to(HEADER);
    menus.add(HEADER, [("kind", "category"), ("category", "1"), ("label", "By hand")]).await.assert_status(303);
    menus.add(HEADER, [("kind", "address"), ("address", "https://example.net/x?y=z#a")]).await.assert_status(303);
    menus.add(HEADER, [("kind", "heading"), ("label", "More")]).await.assert_status(303);
    let more = key_of(&menus.admin.get(HEADER).await, "More");
    menus.add(HEADER, [("kind", "address"), ("address", "/posts"), ("label", "🧭 كل المقالات"), ("below", &more)]).await.assert_status(303);

    assert_eq!(menus.labels(HEADER).await, ["Guides", "Hello", "By hand", "https://example.net/x?y=z#a", "More", "> 🧭 كل المقالات"]);
    let page = menus.reader.get("/").await;
    assert_eq!(
        page.attributes(".site-nav a", "href"),
        ["/guides", "/posts/hello", "/categories/craft", "https://example.net/x?y=z#a", "/posts", "/search"]
    );
    assert_eq!(page.texts(".site-more summary"), ["More"]);
    assert_eq!(page.texts(".site-more a"), ["🧭 كل المقالات"]);
    assert_eq!(menus.site.count("journal WHERE kind = 'menu.changed'"), 5);
}

#[actix_web::test]
async fn items_move_by_buttons_and_all_at_once() {
    let menus = Menus::new().await;
    for label in ["One", "Two", "Three"] {
        menus.add(HEADER, [("kind", "address"), ("address", "/posts"), ("label", label)]).await.assert_status(303);
    }
    let three = key_of(&menus.admin.get(HEADER).await, "Three");
    menus.press(HEADER, "Three", "up").await.assert_redirects_to(&format!("{HEADER}#item-{three}"));
    menus.press(HEADER, "Three", "in").await.assert_status(303);
    assert_eq!(menus.labels(HEADER).await, ["One", "> Three", "Two"]);
    assert_eq!(menus.header().await, ["One", "More on One", "Three", "Two", "Search"]);
    menus.press(HEADER, "Two", "in").await.assert_status(303);
    menus.press(HEADER, "Two", "up").await.assert_status(303);
    menus.press(HEADER, "Three", "out").await.assert_status(303);
    assert_eq!(menus.labels(HEADER).await, ["One", "> Two", "Three"]);

    let page = menus.admin.get(HEADER).await;
    assert_eq!(page.attributes(".menu-item:first-child button[disabled]", "value").len(), 3, "the first can only go down");
    let keys = ["One", "Two", "Three"].map(|label| key_of(&page, label));
    let order = page.form("#order").fill([("order", &format!("{}:0 {}:0 {}:1", keys[2], keys[0], keys[1]))]);
    menus.admin.submit(order).await.assert_redirects_to(HEADER);
    assert_eq!(menus.labels(HEADER).await, ["Three", "One", "> Two"]);
}

#[actix_web::test]
async fn a_move_that_cannot_be_says_why() {
    let menus = Menus::new().await;
    for label in ["One", "Two"] {
        menus.add(HEADER, [("kind", "address"), ("address", "/posts"), ("label", label)]).await.assert_status(303);
    }
    menus.press(HEADER, "One", "up").await.assert_status(422).assert_shows("This item is the first already.");
    menus.press(HEADER, "One", "out").await.assert_status(422).assert_shows("stands at the top already");
    let page = menus.admin.get(HEADER).await;
    let one = key_of(&page, "One");
    for order in [format!("{one}:0"), format!("{one}:0 {one}:0"), format!("{one}:0 99999:1")] {
        let answer = menus.admin.submit(page.form("#order").fill([("order", &order)])).await;
        answer.assert_status(422).assert_shows("The menu was changed meanwhile");
    }
    menus.admin.submit(page.form("#order").fill([("order", "nonsense")])).await.assert_status(422).assert_shows("Press one of the buttons");
    menus.admin.submit(page.form("#order").fill([("move", "99999 up")])).await.assert_status(422).assert_shows("gone meanwhile");
    assert_eq!(menus.labels(HEADER).await, ["One", "Two"]);
}

#[actix_web::test]
async fn every_mistake_is_told_and_nothing_chosen_is_lost() {
    let menus = Menus::new().await;
    let guides = menus.site.given(a_page("Guides").published()).to_string();
    let about = menus.site.given(a_page("About").published()).to_string();
    let long = "x".repeat(121);
    let cases: [(&[(&str, &str)], &str); 8] = [
        (&[("kind", "entry")], "Choose what the item leads to."),
        (&[("kind", "category")], "Choose what the item leads to."),
        (&[("kind", "address"), ("address", "javascript:alert(1)")], "Give a path of this site"),
        (&[("kind", "address"), ("address", "//evil.example")], "Give a path of this site"),
        (&[("kind", "heading")], "Give the heading a label."),
        (&[("kind", "address"), ("address", "/a"), ("label", &long)], "Shorten the label to 120 characters."),
        (&[("kind", "entry"), ("entry", "999999")], "One of the chosen entries is gone meanwhile."),
        (&[("kind", "address"), ("address", "/a"), ("below", "999999")], "That item is gone or stands below another."),
    ];
    for (values, sentence) in cases {
        let mut form = menus.admin.get(&format!("{HEADER}/items/new")).await.form("#item");
        for value in values {
            form = choose(form, [*value]);
        }
        let answer = menus.admin.submit(form).await;
        answer.assert_status(422).assert_shows(sentence).assert_shows("to put right");
        let again = answer.form("#item");
        for (name, value) in values.iter().filter(|(name, value)| !matches!(*value, "999999") && *name != "entry") {
            assert_eq!(again.value(name), *value, "{sentence}");
        }
    }
    let both = menus.add(HEADER, [("entry", &guides), ("entry", &about), ("label", "Both")]).await;
    both.assert_status(422).assert_shows("Several items cannot have one label.");
    let chosen = both.form("#item").fields.into_iter().filter(|(name, _)| name == "entry").count();
    assert_eq!((chosen, both.form("#item").value("label")), (2, "Both"));
    assert_eq!(menus.site.count("menu_items"), 0);
}

#[actix_web::test]
async fn entries_are_found_by_words_and_by_address_without_losing_what_is_chosen() {
    let menus = Menus::new().await;
    let guides = menus.site.given(a_page("Guides").published()).to_string();
    menus.site.given(a_post("Connection pools explained").published());
    menus.site.given(a_page("CI").published());
    menus.site.given(a_page("Soon"));
    for (typed, found) in [
        ("pools", "Connection pools explained"),
        ("/posts/conn", "Connection pools explained"),
        ("CI", "CI"),
        ("/soon", "a draft: shown as soon"),
    ] {
        let form = menus.admin.get(&format!("{HEADER}/items/new")).await.form("#item");
        let form = form.tick("entry", &guides).fill([("label", "Typed"), ("q", typed), ("do", "search")]);
        let answer = menus.admin.submit(form).await;
        answer.assert_status(200).assert_shows(found);
        let again = answer.form("#item");
        assert_eq!((again.value("label"), again.value("entry"), again.value("q")), ("Typed", guides.as_str(), typed));
    }
    let form = menus.admin.get(&format!("{HEADER}/items/new")).await.form("#item");
    menus.admin.submit(form.fill([("q", "%_nothing"), ("do", "search")])).await.assert_status(200).assert_shows("Nothing has these words");
}

#[actix_web::test]
async fn an_item_without_a_label_follows_the_title_and_one_with_a_label_does_not() {
    let menus = Menus::new().await;
    let page = menus.site.given(a_page("Guides").published());
    menus.add(HEADER, [("entry", &page.to_string())]).await.assert_status(303);
    menus.add(HEADER, [("entry", &page.to_string()), ("label", "Help")]).await.assert_status(303);
    assert_eq!(menus.header().await, ["Guides", "Help", "Search"]);
    let editor = menus.site.signed_in(Role::Editor);
    let form = editor.get(&format!("/admin/entries/{page}")).await.form("#editor");
    editor.submit(form.fill([("title", "Handbook"), ("slug", "handbook"), ("do", "publish")])).await.assert_status(303);
    assert_eq!(menus.header().await, ["Handbook", "Help", "Search"]);
    assert_eq!(menus.reader.get("/").await.attributes(".site-nav a", "href")[..2], ["/handbook", "/handbook"]);
    menus.site.run_jobs();
}

#[actix_web::test]
async fn what_is_not_live_drops_out_and_is_reported() {
    let menus = Menus::new().await;
    let guides = menus.site.given(a_page("Guides").published());
    menus.add(HEADER, [("entry", &guides.to_string())]).await.assert_status(303);
    menus.add(HEADER, [("kind", "heading"), ("label", "Empty")]).await.assert_status(303);
    assert_eq!(menus.header().await, ["Guides", "Search"]);
    menus.admin.get("/admin/menus").await.assert_shows("a heading is shown only with something below it");

    let editor = menus.site.signed_in(Role::Editor);
    let asked = editor.get(&format!("/admin/entries/{guides}/unpublication")).await;
    asked.assert_shows("It leaves the header, the menu in which it stands, until it is published again.");
    editor.get(&format!("/admin/entries/{guides}/trash")).await.assert_shows("It leaves the header");
    menus.unpublish(guides);
    assert_eq!(menus.header().await, [] as [&str; 0], "the whole menu is gone with its last item");
    menus.admin.get(HEADER).await.assert_shows("Not shown: what it leads to is a draft.");
    menus.admin.get("/admin/menus").await.assert_shows("Not shown to visitors").assert_shows("what it leads to is a draft");
    menus.admin.get("/admin").await.assert_shows("Missing in menus");
    editor.get("/admin").await.assert_lacks("Missing in menus");

    let form = editor.get(&format!("/admin/entries/{guides}/trash")).await.form("#confirm");
    editor.submit(form).await.assert_status(303);
    menus.admin.get(HEADER).await.assert_shows("is in the trash");
    editor.submit(editor.get(&format!("/admin/entries/{guides}")).await.form("#restore")).await.assert_status(303);
    let form = editor.get(&format!("/admin/entries/{guides}")).await.form("#editor");
    editor.submit(form.fill([("do", "publish")])).await.assert_status(303);
    assert_eq!(menus.header().await, ["Guides", "Search"]);
}

#[actix_web::test]
async fn an_item_is_changed_and_removed_with_what_stands_below_it() {
    let menus = Menus::new().await;
    menus.add(HEADER, [("kind", "address"), ("address", "/posts"), ("label", "One")]).await.assert_status(303);
    let one = key_of(&menus.admin.get(HEADER).await, "One");
    menus.add(HEADER, [("kind", "address"), ("address", "/tags"), ("label", "Two"), ("below", &one)]).await.assert_status(303);
    let address = format!("{HEADER}/items/{one}");
    let form = menus.admin.get(&address).await.form("#item");
    assert_eq!((form.value("label"), form.value("address"), form.value("kind")), ("One", "/posts", "address"));
    menus.admin.submit(form.clone().fill([("address", "posts")])).await.assert_status(422).assert_shows("Give a path of this site");
    menus.admin.submit(form.fill([("label", "Uno"), ("address", "/categories")])).await.assert_redirects_to(HEADER);
    assert_eq!(menus.header().await, ["Uno", "More on Uno", "Two", "Search"]);
    let asked = menus.admin.get(&format!("{address}/deletion")).await;
    asked.assert_shows("1 item stands below it and go along.");
    menus.admin.submit(asked.form("#deletion")).await.assert_redirects_to(HEADER);
    assert_eq!(menus.site.count("menu_items"), 0);
    menus.admin.get(&address).await.assert_status(404);
    menus.admin.submit(asked.form("#deletion")).await.assert_status(404);
}

#[actix_web::test]
async fn a_menu_holds_so_many_items_and_a_site_so_many_menus() {
    let menus = Menus::new().await;
    let pages: Vec<String> = (0..3).map(|number| menus.site.given(a_page(&format!("Page {number}")).published()).to_string()).collect();
    for _ in 0..29 {
        menus.add(HEADER, [("entry", &pages[0]), ("entry", &pages[1])]).await.assert_status(303);
    }
    let answer = menus.add(HEADER, [("entry", &pages[0]), ("entry", &pages[1]), ("entry", &pages[2])]).await;
    answer.assert_status(422).assert_shows("A menu holds at most 60 items.");
    menus.add(HEADER, [("entry", &pages[0]), ("entry", &pages[1])]).await.assert_status(303);
    menus.admin.get(HEADER).await.assert_shows("It holds 60 items, the most");
    for number in 0..18 {
        let form = menus.admin.get("/admin/menus/new").await.form("#menu");
        menus.admin.submit(form.fill([("name", &format!("Menu {number}")), ("place", "nowhere")])).await.assert_status(303);
    }
    let form = menus.admin.get("/admin/menus/new").await.form("#menu");
    menus.admin.submit(form.fill([("name", "One more"), ("place", "nowhere")])).await.assert_status(422).assert_shows("at most 20 menus");
}

#[actix_web::test]
async fn a_menu_of_ones_own_stands_beside_a_branch_or_on_the_home_page() {
    let menus = Menus::new().await;
    let guides = menus.site.given(a_page("Guides").published());
    menus.site.given(a_page("Deep").published().with(|draft| draft.parent = Some(guides)));
    menus.site.given(a_page("About").published());
    let new = menus.admin.get("/admin/menus/new").await.form("#menu");
    for (values, sentence) in [
        ([("name", ""), ("branch", "/guides")], "Give the menu a name"),
        ([("name", "Handbook"), ("branch", "guides")], "Give the path of the page"),
        ([("name", "Handbook"), ("branch", "/nowhere")], "There is no page at this address."),
    ] {
        let answer = menus.admin.submit(new.clone().fill(values)).await;
        answer.assert_status(422).assert_shows(sentence);
        assert_eq!(answer.form("#menu").value("branch"), values[1].1);
    }
    let handbook = "/admin/menus/handbook";
    menus.admin.submit(new.fill([("name", "Handbook"), ("branch", "/guides/")])).await.assert_redirects_to(handbook);
    menus.add(handbook, [("kind", "address"), ("address", "/guides/deep"), ("label", "Dive")]).await.assert_status(303);
    for address in ["/guides", "/guides/deep"] {
        assert_eq!(menus.reader.get(address).await.texts(".beside-menu h2, .beside-menu a"), ["Handbook", "Dive"], "{address}");
    }
    menus.reader.get("/about").await.assert_lacks("beside-menu");

    let form = menus.admin.get(handbook).await.form("#menu");
    assert_eq!((form.value("branch"), form.value("place")), ("/guides", "branch"));
    menus.admin.submit(form.fill([("name", "Start here"), ("place", "home")])).await.assert_redirects_to(handbook);
    menus.reader.get("/guides").await.assert_lacks("beside-menu");
    assert_eq!(menus.reader.get("/").await.texts("section > ul.paths a"), ["Dive"]);
    menus.reader.get("/").await.assert_shows("Start here");

    let asked = menus.admin.get(&format!("{handbook}/deletion")).await;
    asked.assert_shows("The menu goes with its 1 item");
    menus.admin.submit(asked.form("#deletion")).await.assert_redirects_to("/admin/menus");
    menus.reader.get("/").await.assert_lacks("Start here");
    menus.admin.get("/admin/journal").await.assert_shows("menu.deleted").assert_shows("Start here");
}

#[actix_web::test]
async fn header_and_footer_stay() {
    let menus = Menus::new().await;
    menus.admin.get("/admin/menus/footer/deletion").await.assert_status(409);
    let token = menus.admin.get("/admin").await.form("form[action='/logout']").value("token").to_owned();
    menus.admin.submit(Form::forged("/admin/menus/footer/deletion", &[("token", &token)])).await.assert_status(409);
    let renamed = [("token", token.as_str()), ("name", "X"), ("place", "nowhere")];
    menus.admin.submit(Form::forged("/admin/menus/footer", &renamed)).await.assert_status(409);
    menus.admin.get("/admin/menus/none").await.assert_status(404);
    menus.admin.get("/admin/menus/none/items/new").await.assert_status(404);
}

#[actix_web::test]
async fn the_foot_has_columns_and_a_line() {
    let menus = Menus::new().await;
    let footer = "/admin/menus/footer";
    menus.add(footer, [("kind", "heading"), ("label", "Read")]).await.assert_status(303);
    let read = key_of(&menus.admin.get(footer).await, "Read");
    menus.add(footer, [("kind", "address"), ("address", "/posts"), ("label", "All"), ("below", &read)]).await.assert_status(303);
    menus.add(footer, [("kind", "address"), ("address", "/imprint"), ("label", "Imprint")]).await.assert_status(303);
    let page = menus.reader.get("/").await;
    assert_eq!(
        (page.texts(".foot-cols h2, .foot-cols a"), page.texts(".foot-line a")),
        (vec!["Read".into(), "All".into()], vec!["Imprint".to_owned()])
    );
    page.assert_lacks("site-menu.js");
}
