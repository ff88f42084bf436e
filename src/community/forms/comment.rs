//! The form of a comment. Its fields are called so that no heading of an article has the same name.

use crate::{
    accounts::forms::{address, email},
    community::model::writing::NewComment,
    web::form::FormErrors,
};
use serde::Deserialize;

/// Characters of a comment, at most.
pub const LONGEST: usize = 5000;

/// What somebody types to comment.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct CommentForm {
    /// Key of the entry.
    pub entry: String,
    /// Key of the comment that it answers, or empty.
    pub parent: String,
    /// Guests only.
    pub comment_name: String,
    /// Guests only.
    pub comment_email: String,
    /// Markdown.
    pub comment_body: String,
    /// Whether answers are to be mailed.
    pub comment_notify: bool,
    /// People leave it empty (`web::bots`).
    pub website2: String,
    /// When it was drawn, signed; empty where the page is one for everybody.
    pub drawn: String,
    /// Seconds since the page was opened, where a script counted them.
    pub elapsed: String,
    /// The button: `preview`, or to send it.
    pub r#do: String,
}

impl CommentForm {
    /// What is to be said, or what to mend. A guest gives a name, and an address where one is needed.
    pub fn check(&self, is_guest: bool, needs_email: bool) -> Result<NewComment, FormErrors> {
        let mut errors = body(&self.comment_body);
        let name = self.comment_name.split_whitespace().collect::<Vec<_>>().join(" ");
        let email = email(&self.comment_email);
        if is_guest {
            match name.chars().count() {
                0 => errors.add("comment_name", "Give a name; it is shown with your comment."),
                1..=80 => {}
                _ => errors.add("comment_name", "Shorten the name to 80 characters."),
            }
            if email.is_empty() && (needs_email || self.comment_notify) {
                errors.add("comment_email", "Give your mail address. It is never shown.");
            } else if !email.is_empty() && address(&email).is_err() {
                errors.add("comment_email", "Give a mail address such as ada@example.org, or leave it empty.");
            }
        }
        let (entry, parent) = (self.entry.parse::<i64>(), self.parent.parse::<i64>());
        if entry.is_err() || parent.is_err() && !self.parent.is_empty() {
            errors.merge(FormErrors::whole(
                "It is not clear what this comment is about. Copy your words, open the article again, and send them from there.",
            ));
        }
        errors.unless_any(NewComment {
            entry: entry.unwrap_or_default().into(),
            parent: parent.ok().map(Into::into),
            name,
            email,
            body: self.comment_body.clone(),
            wants_replies: self.comment_notify,
        })
    }

    /// Whether the words are only to be looked at.
    pub fn is_preview(&self) -> bool {
        self.r#do == "preview"
    }

    /// Seconds that somebody took, by the signed moment or else by what a script has counted.
    pub fn seconds(&self, signed: Option<i64>) -> Option<i64> {
        signed.or_else(|| self.elapsed.parse().ok().filter(|seconds| (0..=86_400).contains(seconds)))
    }
}

/// What is wrong with the words of a comment.
pub fn body(text: &str) -> FormErrors {
    match text.chars().count() {
        0 => FormErrors::one("comment_body", "Write something first."),
        1..=LONGEST => FormErrors::none(),
        count => FormErrors::one("comment_body", format!("Shorten your comment to {LONGEST} characters; it has {count}.")),
    }
}

/// New words for a comment.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct EditForm {
    /// Markdown.
    pub comment_body: String,
    /// The button.
    pub r#do: String,
}

/// The button of a page that a mailed link has opened.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct LinkForm {
    /// The token of the link; `token` is that of forms.
    pub link: String,
    /// What is decided.
    pub verdict: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(form: &CommentForm, is_guest: bool, needs_email: bool) -> Vec<String> {
        form.check(is_guest, needs_email)
            .err()
            .map(|errors| errors.fields().map(|(field, _)| field.to_owned()).collect())
            .unwrap_or_default()
    }

    #[test]
    fn a_guest_gives_a_name_and_an_address_where_it_is_needed() {
        let form = CommentForm {
            entry: "7".into(),
            comment_body: "Well said. 🎉".into(),
            comment_name: "  Ada \n L ".into(),
            ..CommentForm::default()
        };
        assert_eq!(form.check(true, false).map(|new| (new.name, new.parent)), Ok(("Ada L".to_owned(), None)));
        assert_eq!(fields(&form, true, true), ["comment_email"]);
        assert_eq!(fields(&CommentForm { comment_notify: true, ..form.clone() }, true, false), ["comment_email"]);
        assert_eq!(fields(&CommentForm { comment_email: "x@".into(), ..form.clone() }, true, false), ["comment_email"]);
        let bare = CommentForm { comment_name: String::new(), ..form };
        assert_eq!((fields(&bare, true, false), fields(&bare, false, true)), (vec!["comment_name".to_owned()], vec![]));
    }

    #[test]
    fn what_is_too_long_or_about_nothing_is_told() {
        let long =
            CommentForm { entry: "7".into(), comment_body: "é".repeat(5001), comment_name: "n".repeat(81), ..CommentForm::default() };
        assert_eq!(fields(&long, true, false), ["comment_body", "comment_name"]);
        let lost = CommentForm { entry: "x".into(), comment_body: "Hi".into(), ..CommentForm::default() };
        assert!(lost.check(false, false).is_err_and(|errors| errors.general().len() == 1));
    }

    #[test]
    fn the_signed_moment_weighs_more_than_what_a_script_says() {
        let form = CommentForm { elapsed: "40".into(), ..CommentForm::default() };
        assert_eq!((form.seconds(Some(2)), form.seconds(None)), (Some(2), Some(40)));
        assert_eq!(CommentForm { elapsed: "-1".into(), ..form }.seconds(None), None);
    }
}
