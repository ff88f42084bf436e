//! Two versions of an entry side by side: what changed in its words, and in every other field.

use super::super::{
    forms::{entry::EntryForm, fields::FIELDS},
    model::{
        category::Category,
        diff::{self, Block, Part},
        entry::{EntryId, Listed},
        series::Series,
    },
};
use crate::{accounts::model::user::User, db::Conn, error::AppResult, schema::entries};
use diesel::prelude::*;

/// What the numbers in a form stand for.
#[derive(Debug, Clone, Default)]
pub struct Names {
    authors: Vec<(String, String)>,
    categories: Vec<(String, String)>,
    parents: Vec<(String, String)>,
    series: Vec<(String, String)>,
}

impl Names {
    /// All authors, categories and series, and the pages above that these forms name: four bounded queries.
    pub fn load(conn: &mut Conn, forms: &[&EntryForm]) -> AppResult<Names> {
        let above: Vec<EntryId> = forms.iter().filter_map(|form| form.parent.parse().ok()).collect();
        let parents: Vec<Listed> = Listed::query().filter(entries::id.eq_any(above)).load(conn)?;
        let named = |page: Listed| (page.id.to_string(), format!("{} ({})", page.title, page.address()));
        Ok(Names {
            authors: User::authors(conn)?.into_iter().map(|(id, name)| (id.to_string(), name)).collect(),
            categories: Category::tree(conn)?.into_iter().map(|one| (one.id.to_string(), one.name)).collect(),
            parents: parents.into_iter().map(named).collect(),
            series: Series::all(conn)?.into_iter().map(|one| (one.id.to_string(), one.title)).collect(),
        })
    }

    /// A value as people read it.
    pub fn show(&self, field: &str, value: &str) -> String {
        let named = |list: &[(String, String)], id: &str| {
            list.iter().find(|(known, _)| known == id).map_or_else(|| format!("number {id}, which is gone"), |(_, name)| name.clone())
        };
        match field {
            _ if value.is_empty() => String::new(),
            "author" => named(&self.authors, value),
            "parent" => named(&self.parents, value),
            "series" => named(&self.series, value),
            "categories" => value.split(", ").map(|id| named(&self.categories, id)).collect::<Vec<_>>().join(", "),
            _ => value.to_owned(),
        }
    }
}

/// A field that differs.
#[derive(Debug, Clone)]
pub struct FieldChange {
    /// Its name for people.
    pub label: &'static str,
    /// What stood there.
    pub old: String,
    /// What stands there.
    pub new: String,
}

/// What differs between two versions.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// By words, if it changed.
    pub title: Vec<Part>,
    /// By words, if it changed.
    pub summary: Vec<Part>,
    /// By words, long stretches without a change folded, if it changed.
    pub body: Vec<Block>,
    /// The others, if they changed.
    pub fields: Vec<FieldChange>,
}

impl Comparison {
    /// Compares an older version with a newer one.
    pub fn of(old: &EntryForm, new: &EntryForm, names: &Names) -> Comparison {
        let words = |old: &str, new: &str| if old == new { Vec::new() } else { diff::words(old, new) };
        let fields = FIELDS.iter().filter(|field| !field.is_alike(old, new)).map(|field| {
            let [old, new] = [old, new].map(|form| names.show(field.name, &field.value(form)));
            FieldChange { label: field.label, old, new }
        });
        Comparison {
            title: words(&old.title, &new.title),
            summary: words(&old.summary, &new.summary),
            body: if old.body.trim() == new.body.trim() { Vec::new() } else { diff::blocks(old.body.trim(), new.body.trim()) },
            fields: fields.collect(),
        }
    }

    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.title.is_empty() && self.summary.is_empty() && self.body.is_empty() && self.fields.is_empty()
    }
}
