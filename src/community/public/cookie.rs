//! The one cookie of visitors who comment: it says for a quarter of an hour which comments this browser has written, and is sent to
//! the pages about comments only.

use crate::{
    app::State,
    community::model::{
        comment::{Comment, CommentId, EDIT_MINUTES},
        signed::{Purpose, Signer},
    },
    web::person::Person,
};
use actix_web::{
    HttpRequest,
    cookie::{Cookie, SameSite, time::Duration},
};
use chrono::NaiveDateTime;

/// Comments that it remembers.
const MOST: usize = 5;
/// Parts the tokens in it.
const BETWEEN: &str = "~";

/// The cookie with one more comment.
pub fn with(req: &HttpRequest, state: &State, signer: &Signer, comment: &Comment) -> Cookie<'static> {
    let token = signer.sign(Purpose::Edit, &[comment.id.number()], comment.editable_until());
    let known = tokens(req, state);
    let tokens: Vec<String> = [token].into_iter().chain(known).take(MOST).collect();
    Cookie::build(name(state), tokens.join(BETWEEN))
        .path("/comments")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(is_https(state))
        .max_age(Duration::minutes(EDIT_MINUTES))
        .finish()
}

/// What a browser says of itself; read on another thread.
pub struct Claim {
    tokens: Vec<String>,
    person: Option<Person>,
}

impl Claim {
    /// What came with a request.
    pub fn of(req: &HttpRequest, state: &State, person: Option<&Person>) -> Claim {
        Claim { tokens: tokens(req, state), person: person.cloned() }
    }

    /// Whether the comment was written by this browser, or by who is logged in.
    pub fn holds(&self, signer: &Signer, id: CommentId, comment: &Comment, now: NaiveDateTime) -> bool {
        let by_cookie = self.tokens.iter().any(|token| signer.open(Purpose::Edit, token, now).is_some_and(|it| it == [id.number()]));
        by_cookie || self.person.as_ref().is_some_and(|person| comment.user_id == Some(person.id))
    }
}

fn tokens(req: &HttpRequest, state: &State) -> Vec<String> {
    let value = req.cookie(name(state)).map(|cookie| cookie.value().to_owned()).unwrap_or_default();
    value.split(BETWEEN).filter(|token| !token.is_empty()).take(MOST).map(str::to_owned).collect()
}

/// No name of a session: whoever has this one still gets pages out of the cache.
fn name(state: &State) -> &'static str {
    if is_https(state) { "__Secure-comments" } else { "comments" }
}

fn is_https(state: &State) -> bool {
    state.base_url.starts_with("https://")
}
