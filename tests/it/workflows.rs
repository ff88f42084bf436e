//! What admins do with workflows: steps, who approves them, what they cover.

use crate::support::{
    answer::{Answer, Form},
    site::{Site, Visitor, a_page},
};
use diesel::prelude::*;
use mainstay::{
    content::model::{
        category,
        entry::Kind,
        workflow::{self, Step, Target, Workflow, WorkflowId},
    },
    schema::users,
    web::person::Role,
};

/// Presses a button of the form that arranges it, and returns the form as it comes back.
async fn press(admin: &Visitor, form: Form, button: &str) -> (Answer, Form) {
    let answer = admin.submit(form.fill([("do", button)])).await;
    answer.assert_status(200);
    let form = answer.form("#workflow");
    (answer, form)
}

/// Types the names of the steps, in order.
fn named(mut form: Form, names: &[&str]) -> Form {
    let fields = form.fields.iter_mut().filter(|(name, _)| name == "step_names").map(|(_, value)| value);
    for (field, name) in fields.zip(names) {
        (*name).clone_into(field);
    }
    form
}

fn names(form: &Form) -> Vec<&str> {
    form.fields.iter().filter(|(name, _)| name == "step_names").map(|(_, value)| value.as_str()).collect()
}

fn stored(site: &Site, id: i64) -> (Vec<Step>, Vec<Target>) {
    let id = WorkflowId::from(id);
    site.write(|conn| {
        let covers = workflow::assignments(conn)?.into_iter().filter(|(of, ..)| *of == id).map(|(_, target, _)| target);
        let covers = covers.collect();
        Ok((workflow::steps(conn, &[id])?.remove(&id).unwrap_or_default(), covers))
    })
}

#[actix_web::test]
async fn a_workflow_is_made_with_steps_added_and_moved_by_buttons() {
    let site = Site::start().await;
    let admin = site.signed_in(Role::Admin);
    admin.get("/admin/workflows").await.assert_status(200).assert_shows("No workflows yet");
    let ada = site.given_user(Role::Author);
    diesel::update(users::table.find(ada)).set(users::password_hash.eq("x")).execute(&mut site.database.conn()).unwrap();
    let guides = site.given(a_page("Guides").published());
    let now = site.state.clock.now();
    let topic = site.write(|conn| category::ensure(conn, "servers", Some("Servers"), now));

    let form = admin.get("/admin/workflows/new").await.form("#workflow");
    let (_, form) = press(&admin, named(form, &["Legal"]).fill([("name", "Before it goes out")]), "add").await;
    assert_eq!(names(&form), ["Legal", ""]);
    let form = named(form, &["Legal", "Language"]).tick("asked", &format!("1-person-{ada}")).tick("covers", "kind-post");
    let (_, form) = press(&admin, form, "up-1").await;
    assert_eq!((names(&form), form.value("name")), (vec!["Language", "Legal"], "Before it goes out"));
    let (_, form) = press(&admin, form, "add").await;
    let (_, form) = press(&admin, named(form, &["Language", "Legal", "Gone"]), "remove-2").await;
    let form = form.fill([("add_branch", &guides.to_string()), ("add_category", &topic.to_string())]);
    let (answer, form) = press(&admin, form, "include").await;
    answer.assert_shows("“Guides” and the pages below it").assert_shows("Posts in Servers, or below it");
    assert_eq!(site.count("workflows"), 0, "buttons that arrange store nothing");
    admin.submit(form.fill([("do", "save")])).await.assert_redirects_to("/admin/workflows");

    let (steps, covers) = stored(&site, 1);
    assert_eq!(steps[0], Step { name: "Language".to_owned(), roles: Vec::new(), people: vec![ada] });
    assert_eq!(steps[1], Step { name: "Legal".to_owned(), roles: vec!["editor".to_owned()], people: Vec::new() });
    assert_eq!(covers, [Target::Kind(Kind::Post), Target::Branch(guides), Target::Category(topic)]);
    let list = admin.get("/admin/workflows").await;
    list.assert_shows("Saved the workflow").assert_shows("Language › Legal").assert_shows("All posts");
    assert_eq!(site.count("journal WHERE kind = 'workflow.created' AND detail LIKE '%Legal%'"), 1);

    // What is stored stands in the form again; taken away there, it is gone.
    let form = admin.get("/admin/workflows/1").await.form("#workflow");
    assert_eq!((names(&form), form.fields.iter().filter(|(name, _)| name == "covers").count()), (vec!["Language", "Legal"], 3));
    admin.submit(form.without("covers").without("asks_again").fill([("do", "save")])).await.assert_status(303);
    assert_eq!(stored(&site, 1).1, []);
    assert!(!site.write(|conn| Ok(Workflow::find(conn, 1.into())?)).asks_again);
}

#[actix_web::test]
async fn a_workflow_that_is_wrong_comes_back_with_everything_typed() {
    let site = Site::start().await;
    let admin = site.signed_in(Role::Admin);
    let form = admin.get("/admin/workflows/new").await.form("#workflow");
    let answer = admin.submit(form.without("asked").fill([("do", "save")])).await;
    answer
        .assert_status(422)
        .assert_shows("Give the workflow a name")
        .assert_shows("Give step 1 a name")
        .assert_shows("Choose at least one role or person for step 1.");
    assert!(answer.texts("title")[0].starts_with("Error: "));
    for target in answer.attributes("#error-summary ~ ul a", "href") {
        assert_eq!(answer.attributes(&format!("[id='{}']", &target[1..]), "id").len(), 1, "{target} leads somewhere");
    }
    let long = "🦀".repeat(121);
    let typed = named(answer.form("#workflow"), &[&long]).fill([("name", "שלום 🦀"), ("do", "save")]).tick("asked", "0-role-owner");
    let again = admin.submit(typed).await;
    again.assert_status(422).assert_shows("Give step 1 a name of at most 120 characters.").assert_lacks("Choose at least one");
    assert_eq!(again.form("#workflow").value("name"), "שלום 🦀");
    let right = named(again.form("#workflow"), &[&long[..480]]).fill([("do", "save")]);
    admin.submit(right).await.assert_redirects_to("/admin/workflows");
    admin.get("/admin/workflows").await.assert_shows("שלום 🦀");

    let form = admin.get("/admin/workflows/new").await.form("#workflow");
    let twice = named(form, &["x"]).fill([("name", "שלום 🦀"), ("do", "save")]);
    admin.submit(twice).await.assert_status(422).assert_shows("There is already a workflow of this name.");
    let form = named(admin.get("/admin/workflows/new").await.form("#workflow"), &["x"]).fill([("name", "y"), ("do", "save")]);
    let forged = form.clone().tick("asked", "0-person-4711");
    admin.submit(forged).await.assert_status(422).assert_shows("Somebody who was chosen is gone.");
    let forged = form.tick("covers", "branch-4711");
    admin.submit(forged).await.assert_status(422).assert_shows("is gone. Choose again.");
    assert_eq!(site.count("workflows"), 1);
}

#[actix_web::test]
async fn what_one_workflow_covers_no_other_does() {
    let site = Site::start().await;
    let admin = site.signed_in(Role::Admin);
    for (name, status) in [("First", 303), ("Second", 422)] {
        let form = named(admin.get("/admin/workflows/new").await.form("#workflow"), &["x"]);
        let answer = admin.submit(form.fill([("name", name), ("do", "save")]).tick("covers", "kind-page")).await;
        answer.assert_status(status);
        if status == 422 {
            answer.assert_shows("All pages: this belongs to the workflow “First”.");
            assert!(answer.form("#workflow").fields.contains(&("covers".to_owned(), "kind-page".to_owned())));
        }
    }
    assert_eq!((site.count("workflows"), site.count("workflow_steps"), site.count("workflow_assignments")), (1, 1, 1));
}

#[actix_web::test]
async fn there_are_ten_steps_at_most_and_one_at_least() {
    let site = Site::start().await;
    let admin = site.signed_in(Role::Owner);
    let mut form = admin.get("/admin/workflows/new").await.form("#workflow");
    for _ in 0..12 {
        form = press(&admin, form, "add").await.1;
    }
    assert_eq!(names(&form).len(), 10);
    for _ in 0..12 {
        form = press(&admin, form, "remove-0").await.1;
    }
    assert_eq!(names(&form).len(), 1);
}
