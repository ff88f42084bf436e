//! What the filter has learnt, a box to try a text, and forgetting all of it.

use super::{
    Class, Opinion,
    bayes::{self, Learnt, SPAM_FROM},
    forms::TryForm,
    model, prior,
    tokens::{Token, told},
};
use crate::{
    community::admin::{Tabs, require_all},
    db::Conn,
    error::AppResult,
    site::{
        Page,
        page::{count, number},
    },
    web::{
        ctx::Ctx,
        form::{Confirmed, FormErrors, Submitted},
        render::render_form,
    },
};
use actix_web::HttpResponse;
use askama::Template;
use diesel::QueryResult;

/// The address of the page.
pub const FILTER: &str = "/admin/comments/filter";

/// Words that are shown of each kind, and of how many the strongest are chosen.
const SHOWN: usize = 20;
const CHOSEN_FROM: i64 = 500;

/// A word with what it says: 0 to 100, for a bar.
struct Strong {
    told: String,
    wanted: String,
    spam: String,
    percent: u8,
}

#[derive(Template)]
#[template(path = "community/spam/filter.html")]
struct Filter {
    page: Page,
    tabs: Tabs,
    form: TryForm,
    errors: FormErrors,
    opinion: Option<Opinion>,
    totals: bayes::Counts,
    words: i64,
    for_spam: Vec<Strong>,
    for_wanted: Vec<Strong>,
}

impl Filter {
    fn load(
        conn: &mut Conn,
        (page, tabs): (Page, Tabs),
        form: TryForm,
        errors: FormErrors,
        opinion: Option<Opinion>,
    ) -> QueryResult<Filter> {
        let learnt = model::counts(conn, &[])?;
        Ok(Filter {
            page,
            tabs,
            form,
            errors,
            opinion,
            totals: learnt.totals,
            words: model::size(conn)?,
            for_spam: strongest(conn, Class::Spam, &learnt)?,
            for_wanted: strongest(conn, Class::Wanted, &learnt)?,
        })
    }

    fn summary(&self) -> String {
        let (all, spam) = (self.totals.all() as i64, self.totals.spam as i64);
        let shipped = number(prior::shipped().tokens.len() as i64);
        if all == 0 {
            return format!(
                "It has learnt nothing yet. It knows {shipped} words and signs that the program brings along, by which alone it holds nothing."
            );
        }
        let told = count(all, "decision", "decisions");
        format!("It has learnt {} from {told}, {} of them spam.", count(self.words, "word and sign", "words and signs"), number(spam))
    }

    /// Heading, id and words of the two lists.
    fn sides(&self) -> [(&'static str, &'static str, &Vec<Strong>); 2] {
        [("For spam speak", "for-spam", &self.for_spam), ("For a wanted comment speak", "for-wanted", &self.for_wanted)]
    }

    fn has_learnt(&self) -> bool {
        self.totals.all() > 0.0
    }

    fn score(opinion: &Opinion) -> String {
        format!("{:.0} of 100", opinion.score * 100.0)
    }

    fn limit() -> String {
        format!("{:.0}", SPAM_FROM * 100.0)
    }

    fn verdict(opinion: &Opinion) -> (&'static str, &'static str) {
        match opinion.score {
            _ if opinion.is_spam() => ("is-bad", "Held as spam"),
            score if score > 0.5 => ("is-ahead", "Doubtful"),
            _ => ("is-live", "Wanted"),
        }
    }
}

/// The words that say most, by what they weigh and not only by how often they stood there.
fn strongest(conn: &mut Conn, class: Class, learnt: &Learnt) -> QueryResult<Vec<Strong>> {
    let words = model::leaning(conn, class, CHOSEN_FROM)?;
    let mut learnt = learnt.clone();
    let mut weighed = Vec::new();
    for word in words {
        let key = Token::new(&word.text).hash;
        learnt.tokens.insert(key, bayes::Counts { wanted: word.wanted.into(), spam: word.spam.into() });
        weighed.push((learnt.leaning(key).unwrap_or(0.0).abs(), word));
    }
    weighed.sort_by(|one, other| other.0.total_cmp(&one.0));
    let strong = |(weight, word): (f64, model::Word)| Strong {
        told: told(&word.text),
        wanted: number(word.wanted.into()),
        spam: number(word.spam.into()),
        percent: (100.0 / (1.0 + (-weight).exp())).round() as u8,
    };
    Ok(weighed.into_iter().take(SHOWN).map(strong).collect())
}

/// `GET /admin/comments/filter` — what it has learnt.
pub async fn show(ctx: Ctx) -> AppResult<HttpResponse> {
    let person = require_all(&ctx)?;
    let visit = ctx.visit();
    ctx.draw(move |conn| {
        let head = (Page::admin(conn, visit)?, Tabs::load(conn, &person, "filter")?);
        Ok(Filter::load(conn, head, TryForm::default(), FormErrors::none(), None)?)
    })
    .await
}

/// `POST /admin/comments/filter` — what it thinks of a text; nothing is learnt or kept by it.
pub async fn try_text(ctx: Ctx, form: Submitted<TryForm>) -> AppResult<HttpResponse> {
    let person = require_all(&ctx)?;
    let (visit, form) = (ctx.visit(), form.into_inner());
    let view = ctx.db.read(move |conn| {
        let head = (Page::admin(conn, visit)?, Tabs::load(conn, &person, "filter")?);
        let (opinion, errors) = match form.check() {
            Ok(sent) => (Some(super::judge(conn, &sent)?), FormErrors::none()),
            Err(errors) => (None, errors),
        };
        Ok(Filter::load(conn, head, form, errors, opinion)?)
    });
    let view = view.await?;
    render_form(&view, &view.errors)
}

#[derive(Template)]
#[template(path = "community/spam/reset.html")]
struct ConfirmReset {
    page: Page,
    decisions: String,
}

/// `GET /admin/comments/filter/reset` — asks.
pub async fn ask_reset(ctx: Ctx) -> AppResult<HttpResponse> {
    require_all(&ctx)?;
    let visit = ctx.visit();
    ctx.draw(move |conn| {
        let all = model::counts(conn, &[])?.totals.all() as i64;
        Ok(ConfirmReset { page: Page::admin(conn, visit)?, decisions: count(all, "decision", "decisions") })
    })
    .await
}

/// `POST /admin/comments/filter/reset` — forgets all decisions.
pub async fn reset(ctx: Ctx, _: Submitted<Confirmed>) -> AppResult<HttpResponse> {
    require_all(&ctx)?;
    let (actor, now) = (ctx.actor(), ctx.now());
    let gone = ctx.db.write(move |conn| Ok(model::reset(conn, &actor, now)?)).await?;
    ctx.flash(format!("The filter has forgotten {}.", count(gone, "decision", "decisions"))).see_other(FILTER)
}
