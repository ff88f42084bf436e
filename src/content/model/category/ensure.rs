//! Finds the category that somebody names, or makes it.

use super::{super::shown, Category, CategoryId};
use crate::{
    db::{Conn, last_insert_id},
    error::AppResult,
    journal::{Actor, Change},
    markup::slugify,
    schema::categories,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde_json::json;

/// The category at a path such as `web/security`, or with that name; made when missing, with everything above it.
///
/// The parts of the path may be names themselves (`Web/Security & trust`). `name` is what a new one is called, else its part of
/// the path says it.
pub fn ensure(conn: &mut Conn, path_or_name: &str, name: Option<&str>, now: NaiveDateTime) -> AppResult<CategoryId> {
    let parts: Vec<&str> = path_or_name.split('/').map(str::trim).filter(|part| !part.is_empty()).collect();
    let path = parts.iter().map(|part| slugify(part)).collect::<Vec<_>>().join("/");
    if let Some(found) = Category::at(conn, &path).optional()? {
        return Ok(found.id);
    }
    if let [single] = parts[..] {
        let named = categories::table.filter(categories::name.eq(single)).order(categories::id).select(categories::id);
        if let Some(found) = named.first(conn).optional()? {
            return Ok(found);
        }
    }
    let mut above: Option<Category> = None;
    for (depth, part) in parts.iter().enumerate() {
        let name = name.filter(|_| depth + 1 == parts.len()).unwrap_or(part);
        above = Some(child(conn, above.as_ref(), part, name, now)?);
    }
    match above {
        Some(category) => Ok(category.id),
        None => Ok(child(conn, None, "untitled", name.unwrap_or("Untitled"), now)?.id),
    }
}

/// The category with that slug directly below another one; made when missing, after its siblings.
fn child(conn: &mut Conn, above: Option<&Category>, part: &str, name: &str, now: NaiveDateTime) -> AppResult<Category> {
    let slug = slugify(part);
    let path = above.map_or_else(|| slug.clone(), |above| format!("{}/{slug}", above.path));
    if let Some(found) = Category::at(conn, &path).optional()? {
        return Ok(found);
    }
    let parent = above.map(|above| above.id);
    let siblings = categories::table.select(diesel::dsl::max(categories::position)).into_boxed();
    let siblings = match parent {
        Some(parent) => siblings.filter(categories::parent_id.eq(parent)),
        None => siblings.filter(categories::parent_id.is_null()),
    };
    let last: Option<i32> = siblings.first(conn)?;
    let row = (
        categories::parent_id.eq(parent),
        categories::name.eq(name.chars().take(120).collect::<String>()),
        categories::slug.eq(&slug),
        categories::path.eq(&path),
        categories::description.eq(""),
        categories::position.eq(last.map_or(0, |last| last + 1)),
        categories::created_at.eq(now),
    );
    diesel::insert_into(categories::table).values(row).execute(conn)?;
    let id: CategoryId = diesel::select(last_insert_id()).get_result(conn)?;
    let made = Category::find(conn, id)?;
    let change = Change {
        kind: "category.created",
        subject: "category",
        key: made.id.number(),
        label: &made.name,
        detail: json!({ "path": made.path }),
        cache_tags: vec![shown::below(parent), shown::CATEGORIES.to_owned()],
    };
    change.record(conn, &Actor::default(), now)?;
    Ok(made)
}

/// Says in a sentence what a category is about.
pub fn describe(conn: &mut Conn, id: CategoryId, description: &str, now: NaiveDateTime) -> QueryResult<()> {
    let text: String = description.chars().take(500).collect();
    let old = Category::find(conn, id)?;
    if old.description == text {
        return Ok(());
    }
    diesel::update(categories::table.find(id)).set(categories::description.eq(text)).execute(conn)?;
    let change = Change {
        kind: "category.changed",
        subject: "category",
        key: id.number(),
        label: &old.name,
        detail: json!({ "path": old.path, "was": old.path }),
        cache_tags: vec![shown::about_category(id), shown::CATEGORIES.to_owned()],
    };
    change.record(conn, &Actor::default(), now)
}
