//! What the editor says of reviews: which buttons there are, where the submission is, who said what.

use crate::{
    content::{
        forms::entry::EntryForm,
        model::{
            entry::{Entry, Kind},
            revision::Draft,
            workflow::{
                cover::{self, Cover},
                submission::{Decision, State, Submission},
            },
        },
    },
    db::Conn,
    error::AppResult,
    web::person::{Person, Right},
};

/// The part of the editor that is about reviews.
pub struct ReviewPanel {
    /// What is asked before this goes out; `None` where nothing is.
    pub cover: Option<Cover>,
    /// The submission that counts.
    pub current: Option<Submission>,
    /// What became of all submissions, newest first.
    pub history: Vec<Decision>,
    /// Whether there is a button to publish.
    pub may_publish: bool,
    /// Whether this person may take the entry off the site.
    pub may_take_off: bool,
    /// Whether there is a button to submit.
    pub may_submit: bool,
}

impl ReviewPanel {
    /// What holds for this entry, or for a new one, as the form places it.
    pub fn load(conn: &mut Conn, person: &Person, kind: Kind, entry: Option<&Entry>, form: &EntryForm) -> AppResult<ReviewPanel> {
        let categories = form.categories.iter().filter_map(|id| id.parse().ok()).collect();
        let draft = Draft { parent: form.parent.parse().ok(), categories, ..Draft::empty(person.id) };
        let cover = cover::of(conn, kind, &draft, entry, person)?;
        let current = entry.map_or(Ok(None), |entry| Submission::current(conn, entry.id))?;
        let history = entry.map_or(Ok(Vec::new()), |entry| Decision::of_entry(conn, entry.id))?;
        let state = current.as_ref().map(|current| current.state);
        let covered = cover.is_some() || state == Some(State::InReview);
        Ok(ReviewPanel {
            may_publish: person.may(Right::Publish) && (!covered || state == Some(State::Approved) || person.may_any(Right::Write)),
            may_take_off: person.may(Right::Publish),
            may_submit: cover.is_some() && !matches!(state, Some(State::InReview | State::Approved)),
            cover,
            current,
            history,
        })
    }

    /// Whether there is anything to say.
    pub fn is_shown(&self) -> bool {
        self.cover.is_some() || self.current.is_some() || !self.history.is_empty()
    }

    /// Whether the time set beside Publish is a wish for when it is approved.
    pub fn only_submits(&self) -> bool {
        !self.may_publish
    }
}
