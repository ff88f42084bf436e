//! What the editor's form makes of what is typed.

use super::*;
use crate::web::person::{Reach, Role};

fn person(role: Role) -> Person {
    Person {
        id: 7.into(),
        name: "Ada".to_owned(),
        email: "ada@example.org".to_owned(),
        role,
        scheme: "system".to_owned(),
        reach: Reach::Everything,
    }
}

fn form() -> EntryForm {
    EntryForm { title: "  A   title ".to_owned(), author: "9".to_owned(), ..EntryForm::default() }
}

#[test]
fn a_title_is_all_that_is_needed() {
    let (draft, wish) = form().check(&person(Role::Editor), Tz::UTC).expect("right");
    assert_eq!((draft.title.as_str(), wish, draft.author), ("A title", Wish::Save, 9.into()));
}

#[test]
fn an_author_signs_for_nobody_else() {
    let (draft, _) = form().check(&person(Role::Author), Tz::UTC).expect("right");
    assert_eq!(draft.author, 7.into());
}

#[test]
fn a_time_to_come_off_is_read_only_where_somebody_changed_it() {
    let set = |until: &str, date: &str, was: &str| {
        let form = EntryForm { until: until.to_owned(), until_date: date.to_owned(), until_time: "08:00".to_owned(), ..form() };
        EntryForm { until_was: was.to_owned(), ..form }.expiry(Tz::Europe__Berlin)
    };
    let at = "2026-12-05T07:00:00".parse().expect("a time");
    assert_eq!(set("at", "2026-12-05", ""), Ok(Some(Some(at))));
    assert_eq!(set("at", "2026-12-05", "2026-12-05 08:00"), Ok(None), "somebody else may have changed it since");
    assert_eq!((set("never", "", "2026-12-05 08:00"), set("never", "", ""), set("", "", "")), (Ok(Some(None)), Ok(None), Ok(None)));
    assert!(set("at", "soon", "").is_err_and(|errors| !errors.on("until_date").is_empty()));
}

#[test]
fn tags_are_split_trimmed_and_named_once() {
    let (draft, _) = EntryForm { tags: " Rust,mysql , rust,, two  words\nthree".to_owned(), ..form() }
        .check(&person(Role::Editor), Tz::UTC)
        .expect("right");
    assert_eq!(draft.tags, ["Rust", "mysql", "two words", "three"]);
}

#[test]
fn every_mistake_is_told_at_its_field() {
    let wrong = EntryForm {
        title: String::new(),
        slug: "Über uns".to_owned(),
        image_url: "https://elsewhere.example/a.png".to_owned(),
        date: "tomorrow".to_owned(),
        language: "Deutsch".to_owned(),
        tags: "x".repeat(81),
        r#do: "publish".to_owned(),
        when: "at".to_owned(),
        ..form()
    };
    let errors = wrong.check(&person(Role::Editor), Tz::UTC).expect_err("all wrong");
    let fields: Vec<&str> = errors.fields().map(|(field, _)| field).collect();
    assert_eq!(fields, ["date", "image_url", "language", "publish_date", "slug", "tags", "title"]);
}
