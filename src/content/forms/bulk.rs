//! What somebody wants to do to many entries: in the address while it is looked at, in the form when it is done.

use super::nonce;
use crate::content::model::{
    bulk::acts::{Act, Deed},
    entry::{EntryId, Kind},
    search::{Filter, Order, View},
};
use crate::web::person::{Person, Right};
use serde::Deserialize;

/// The fields. Those of the filter are the list's own; nonsense is the default.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct BulkForm {
    /// Which act.
    pub r#do: String,
    /// Keys of those that are ticked.
    pub id: Vec<String>,
    /// Whether everything is meant that the filter finds.
    pub all: String,
    /// Key of a category or an author, name of a tag.
    pub value: String,
    /// Of the filter.
    pub view: String,
    /// Of the filter.
    pub kind: String,
    /// Of the filter.
    pub author: String,
    /// Of the filter.
    pub category: String,
    /// Of the filter.
    pub q: String,
    /// Of the filter.
    pub order: String,
    /// Tells the form from others, so that sending it twice does it once.
    pub nonce: String,
}

impl BulkForm {
    /// The act, if it is one for this person.
    pub fn act(&self, person: &Person) -> Option<Act> {
        Act::from_word(&self.r#do).filter(|act| act.is_for(person))
    }

    /// The act with what it is about.
    pub fn deed(&self, act: Act) -> Deed {
        Deed { act, value: self.value.split_whitespace().collect::<Vec<_>>().join(" ") }
    }

    /// Whether everything is meant that the filter finds.
    pub fn is_all(&self) -> bool {
        self.all == "true"
    }

    /// The entries that are ticked.
    pub fn ids(&self) -> Vec<EntryId> {
        self.id.iter().filter_map(|id| id.parse().ok()).collect()
    }

    /// What the list shows; authors see what is their own.
    pub fn filter(&self, person: &Person) -> Filter {
        Filter {
            view: View::from_word(&self.view).unwrap_or(View::All),
            kind: Kind::from_word(&self.kind),
            author: if person.may_any(Right::Write) { self.author.parse().ok() } else { Some(person.id) },
            category: self.category.parse().ok(),
            words: self.q.trim().chars().take(100).collect(),
            order: Order::from_word(&self.order).unwrap_or(Order::Changed),
        }
    }

    /// The number of the form, if it came from our page.
    pub fn key(&self) -> Option<&str> {
        nonce::ours(&self.nonce)
    }
}
