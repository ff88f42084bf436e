//! A save over a newer revision: both texts, what each has changed, and a merge begun in the form. Nothing is overwritten unless
//! the person saves once more.

use super::{
    super::{
        forms::{entry::EntryForm, fields::FIELDS},
        model::{
            entry::Entry,
            merge,
            revision::{Revision, RevisionId},
        },
    },
    comparison::{Comparison, Names},
};
use crate::{db::Conn, error::AppResult, web::person::UserId};
use chrono_tz::Tz;

/// A field that both have changed differently; one's own stands in the form.
pub struct Clash {
    /// Its name for people.
    pub label: &'static str,
    /// One's own.
    pub yours: String,
    /// The other's.
    pub theirs: String,
}

/// What the page shows of it.
pub struct Conflict {
    /// What somebody saved in between.
    pub theirs: Revision,
    /// Its words.
    pub their_form: EntryForm,
    /// One's own words as they were sent, before the merge.
    pub yours: EntryForm,
    /// What both began from, with its number, if it is still there.
    pub base: Option<(i32, EntryForm)>,
    /// What they changed since; without a base: what differs from one's own.
    pub their_changes: Comparison,
    /// What one has changed oneself; empty without a base.
    pub your_changes: Option<Comparison>,
    /// Fields with two values; one's own stand in the form.
    pub clashes: Vec<Clash>,
    /// Passages of the body with two versions.
    pub passages: usize,
    /// It was the same person, in another window.
    pub by_oneself: bool,
}

impl Conflict {
    /// Begins the merge in `form`, and makes the next save one over `theirs`.
    pub fn begin(conn: &mut Conn, entry: &Entry, form: &mut EntryForm, theirs: Revision, me: UserId, zone: Tz) -> AppResult<Conflict> {
        let base = match form.base.parse::<RevisionId>() {
            Ok(base) => Revision::find(conn, base).ok().filter(|base| base.entry_id == entry.id),
            Err(_) => None,
        };
        let yours = form.clone();
        let their_form = EntryForm::of(entry, &theirs, zone);
        let base_form = base.as_ref().map(|base| EntryForm::of(entry, base, zone));
        let names = Names::load(conn, &[&yours, &their_form, base_form.as_ref().unwrap_or(&yours)])?;
        let (clashes, passages) = match &base_form {
            Some(base) => put_together(form, base, &their_form, &names),
            None => (Vec::new(), 0),
        };
        form.base = theirs.id.to_string();
        Ok(Conflict {
            their_changes: Comparison::of(base_form.as_ref().unwrap_or(&yours), &their_form, &names),
            your_changes: base_form.as_ref().map(|base| Comparison::of(base, &yours, &names)),
            by_oneself: theirs.saved_by_id == Some(me),
            base: base.map(|base| base.number).zip(base_form),
            theirs,
            their_form,
            yours,
            clashes,
            passages,
        })
    }
}

/// Takes over what only they have changed; where both have, one's own stays and both are told.
fn put_together(form: &mut EntryForm, base: &EntryForm, theirs: &EntryForm, names: &Names) -> (Vec<Clash>, usize) {
    let mut clashes = Vec::new();
    for (label, own, was, other) in
        [("Title", &mut form.title, &base.title, &theirs.title), ("Summary", &mut form.summary, &base.summary, &theirs.summary)]
    {
        if own == was {
            own.clone_from(other);
        } else if other != was && own != other {
            clashes.push(Clash { label, yours: own.clone(), theirs: other.clone() });
        }
    }
    for field in FIELDS {
        let (own, was, other) = (field.value(form), field.value(base), field.value(theirs));
        let untouched = own == was || field.name == "author" && own.is_empty(); // authors do not name others
        if untouched {
            field.copy(form, theirs);
        } else if other != was && own != other {
            clashes.push(Clash { label: field.label, yours: names.show(field.name, &own), theirs: names.show(field.name, &other) });
        }
    }
    let merged = merge::merge(base.body.trim(), form.body.trim(), theirs.body.trim());
    form.body = merged.text;
    (clashes, merged.conflicts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_that_one_side_changed_are_taken_and_the_others_told() {
        let base = EntryForm {
            title: "Old".to_owned(),
            tags: "a".to_owned(),
            slug: "old".to_owned(),
            body: "one\n\ntwo".to_owned(),
            ..EntryForm::default()
        };
        let theirs = EntryForm { title: "Theirs".to_owned(), tags: "a, b".to_owned(), body: "one!\n\ntwo".to_owned(), ..base.clone() };
        let mut form =
            EntryForm { title: "Mine".to_owned(), slug: "mine".to_owned(), body: "one\n\ntwo\n\nthree".to_owned(), ..base.clone() };
        let (clashes, passages) = put_together(&mut form, &base, &theirs, &Names::default());
        assert_eq!((form.title.as_str(), form.tags.as_str(), form.slug.as_str()), ("Mine", "a, b", "mine"));
        assert_eq!((form.body.as_str(), passages), ("one!\n\ntwo\n\nthree", 0));
        let told: Vec<_> = clashes.iter().map(|clash| (clash.label, clash.yours.as_str(), clash.theirs.as_str())).collect();
        assert_eq!(told, [("Title", "Mine", "Theirs")]);
    }
}
