//! Acts on many entries of the list: a page that says what will happen to each and what stands in the way, and one that says what
//! became of each.

use super::super::{
    forms::{bulk::BulkForm, nonce},
    model::{
        bulk::{self, Item, MOST, Outcome, Run, RunId, acts::Act},
        category::Topics,
        entry::{EntryId, Listed},
        reach::{self, Mine},
        search, tree,
    },
    paths,
};
use crate::{
    accounts::model::user::User,
    db::Conn,
    error::{AppError, AppResult},
    journal::Actor,
    site::{Page, menus, page::count},
    web::{
        ctx::{Ctx, Visit},
        form::{FormErrors, Submitted},
        methods::{post, read},
        person::{Person, Right},
        render::render_form,
    },
};
use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;
use std::collections::HashMap;

/// Entries of which the page says what will happen to each.
const TOLD: usize = 30;
/// Entries of one outcome on a page of the result.
const PAGE: i64 = 100;

/// Registers the handlers; before the editor's, whose `{id}` would take these addresses.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route(paths::BULK, read().to(ask)).route(paths::BULK, post().to(begin)).route("/admin/entries/bulk/{id}", read().to(result));
}

/// An entry, and what will become of it.
struct Line {
    entry: Listed,
    outcome: Outcome,
    said: String,
    /// What else it touches, each as the rest of a sentence.
    touches: Vec<String>,
    /// Of others it is not told what they are called.
    is_own: bool,
}

impl Line {
    fn title(&self) -> &str {
        if self.is_own { &self.entry.title } else { bulk::SOMEBODY_ELSES }
    }
}

#[derive(Template)]
#[template(path = "content/admin/bulk/ask.html")]
struct Ask {
    page: Page,
    act: Option<Act>,
    form: BulkForm,
    errors: FormErrors,
    /// How many entries are meant.
    total: usize,
    lines: Vec<Line>,
    /// Categories or authors to choose from.
    options: Vec<(String, String)>,
}

impl Ask {
    fn question(&self) -> String {
        let entries = count(self.total as i64, "entry", "entries");
        match self.act {
            None => "Nothing is chosen".to_owned(),
            Some(Act::Publish) => format!("Publish {entries}?"),
            Some(Act::Unpublish) => format!("Take {entries} off the site?"),
            Some(Act::AddCategory) => format!("Put {entries} into a category?"),
            Some(Act::RemoveCategory) => format!("Take {entries} out of a category?"),
            Some(Act::AddTag) => format!("Tag {entries}?"),
            Some(Act::RemoveTag) => format!("Take a tag off {entries}?"),
            Some(Act::SetAuthor) => format!("Name another author of {entries}?"),
            Some(Act::Trash) => format!("Move {entries} to the trash?"),
            Some(Act::Restore) => format!("Restore {entries}?"),
        }
    }

    fn of(&self, outcome: &Outcome) -> impl Iterator<Item = &Line> {
        let outcome = *outcome;
        self.lines.iter().filter(move |line| line.outcome == outcome)
    }

    fn count_of(&self, outcome: &Outcome) -> usize {
        self.of(outcome).count()
    }

    /// How many are meant beyond those of which each is told.
    fn more(&self) -> usize {
        self.total - self.lines.len()
    }

    /// The label of the choice.
    fn label(&self) -> &'static str {
        if self.act == Some(Act::SetAuthor) { "Author" } else { "Category" }
    }

    fn takes_tag(&self) -> bool {
        matches!(self.act, Some(Act::AddTag | Act::RemoveTag))
    }

    /// Whether there is something to press the button for.
    fn can_go(&self) -> bool {
        self.act.is_some() && (self.more() > 0 || self.of(&Outcome::Done).next().is_some())
    }
}

/// `GET /admin/entries/bulk?do=publish&id=1&id=2` — says what will happen, to each, and what stands in the way.
async fn ask(ctx: Ctx) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    let visit = ctx.visit();
    let form: BulkForm = serde_html_form::from_str(&visit.query).unwrap_or_default();
    let form = BulkForm { nonce: nonce::fresh(), ..form };
    let actor = ctx.actor();
    ctx.draw(move |conn| load(conn, visit, &person, form, FormErrors::none(), &actor)).await
}

/// `POST /admin/entries/bulk` — does it to a few at once, to many by a job.
async fn begin(ctx: Ctx, form: Submitted<BulkForm>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    let (form, actor, now) = (form.into_inner(), ctx.actor(), ctx.now());
    let (wanted, by, who) = (form.clone(), person.clone(), actor.clone());
    let begun = ctx.db.write(move |conn| {
        let act = wanted.act(&by).ok_or_else(|| FormErrors::whole("Choose what to do with the entries."))?;
        let deed = wanted.deed(act);
        deed.check(conn)?;
        let ids = meant(conn, &wanted, &by)?;
        if ids.is_empty() {
            return Err(FormErrors::whole("No entry is ticked. Go back to the list and tick some.").into());
        }
        bulk::begin(conn, &deed, &ids, &by, wanted.key(), &who, now)
    });
    match begun.await {
        Ok(run) => ctx.see_other(paths::bulk_run(run)),
        Err(AppError::Invalid(errors)) => {
            let (visit, told) = (ctx.visit(), errors.clone());
            let view = ctx.db.read(move |conn| load(conn, visit, &person, form, told, &actor)).await?;
            render_form(&view, &errors)
        }
        Err(other) => Err(other),
    }
}

/// The entries that are ticked, or everything that the filter finds.
fn meant(conn: &mut Conn, form: &BulkForm, person: &Person) -> AppResult<Vec<EntryId>> {
    if !form.is_all() {
        let mut ids = form.ids();
        ids.truncate(MOST);
        ids.sort();
        ids.dedup();
        return Ok(ids);
    }
    let found = search::ids(conn, None, &form.filter(person), MOST + 1)?;
    if found.len() > MOST {
        let sentence = "More than 2,000 entries match. Narrow the filter, and do it in parts.";
        return Err(FormErrors::whole(sentence).into());
    }
    Ok(found)
}

fn load(conn: &mut Conn, visit: Visit, person: &Person, form: BulkForm, mut errors: FormErrors, actor: &Actor) -> AppResult<Ask> {
    let (act, now) = (form.act(person), visit.now);
    let ids = match meant(conn, &form, person) {
        Err(AppError::Invalid(found)) => {
            errors.merge(found);
            Vec::new()
        }
        ids => ids?,
    };
    let mut lines = Vec::new();
    if let Some(act) = act {
        let told = ids.iter().copied().take(TOLD).collect::<Vec<_>>();
        let deed = if errors.is_empty() { form.deed(act) } else { bulk::acts::Deed { act, value: String::new() } };
        let become_of = bulk::rehearse(conn, &deed, &told, person, actor, now)?;
        lines = lines_of(conn, act, become_of, person)?;
    }
    let options = match act {
        Some(Act::AddCategory | Act::RemoveCategory) => visit.pages.remembered::<Topics>(conn)?.choices(),
        Some(Act::SetAuthor) => User::authors(conn)?.into_iter().map(|(id, name)| (id.to_string(), name)).collect(),
        _ => Vec::new(),
    };
    let gone = ids.len().min(TOLD) - lines.len().min(ids.len());
    let total = if act.is_some() { ids.len() - gone } else { ids.len() };
    Ok(Ask { page: Page::admin(conn, visit)?, act, form, errors, total, lines, options })
}

fn lines_of(conn: &mut Conn, act: Act, told: Vec<(EntryId, Outcome, String)>, person: &Person) -> AppResult<Vec<Line>> {
    let ids: Vec<EntryId> = told.iter().map(|(id, ..)| *id).collect();
    let inbound = if act.is_grave() { bulk::inbound_counts(conn, &ids)? } else { HashMap::new() };
    let mut told: HashMap<EntryId, (Outcome, String)> = told.into_iter().map(|(id, outcome, said)| (id, (outcome, said))).collect();
    let mut lines = Vec::new();
    for entry in Listed::in_order(conn, &ids)? {
        let Some((outcome, said)) = told.remove(&entry.id) else { continue };
        let inbound = inbound.get(&entry.id).copied().unwrap_or(0);
        let touches = if act.is_grave() { touched(conn, act, &entry, inbound)? } else { Vec::new() };
        lines.push(Line { is_own: reach::may_change(conn, &entry, person)?, touches, entry, outcome, said });
    }
    Ok(lines)
}

/// What else is touched when an entry comes off the site.
fn touched(conn: &mut Conn, act: Act, entry: &Listed, inbound: i64) -> AppResult<Vec<String>> {
    let mut told = Vec::new();
    if inbound > 0 {
        told.push(format!("{} to it", count(inbound, "entry links", "entries link")));
    }
    let menus = menus::report::standing(conn, entry.id.number(), None)?;
    if !menus.is_empty() {
        told.push(format!("it leaves {}", menus.join(", ")));
    }
    let (below, live) = tree::branch_size(conn, entry)?;
    if act == Act::Trash && below > 0 {
        told.push(format!("{} along", count(below, "page below it goes", "pages below it go")));
    } else if live > 0 {
        told.push(format!("{} on the site", count(live, "page below it stays", "pages below it stay")));
    }
    Ok(told)
}

/// A part of the result.
struct Part {
    heading: String,
    items: Vec<Item>,
    /// Where more of them are.
    more: Option<String>,
    /// Those that this person may change.
    mine: Mine,
}

impl Part {
    /// The entry to which a line leads, where there still is one that may be opened.
    fn linked(&self, item: &Item) -> Option<EntryId> {
        item.entry_id.filter(|id| self.mine.has(id))
    }
}

#[derive(Template)]
#[template(path = "content/admin/bulk/result.html")]
struct Outcomes {
    page: Page,
    heading: String,
    run: Run,
    done: i64,
    total: i64,
    parts: Vec<Part>,
}

/// What the address of a result may say.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Params {
    /// An outcome of which all are shown, after a place.
    only: String,
    after: String,
}

/// `GET /admin/entries/bulk/{id}` — how far it has come, and what became of each entry.
async fn result(ctx: Ctx, id: web::Path<RunId>, params: web::Query<Params>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    let (visit, id, params) = (ctx.visit(), id.into_inner(), params.into_inner());
    ctx.draw(move |conn| load_result(conn, visit, &person, id, &params)).await
}

fn load_result(conn: &mut Conn, visit: Visit, person: &Person, id: RunId, params: &Params) -> AppResult<Outcomes> {
    let run = Run::find(conn, id)?;
    if run.user_id != person.id && !person.may_any(Right::Write) {
        return Err(AppError::Forbidden("Somebody else did this. Ask an editor."));
    }
    let counts = run.counts(conn)?;
    let of = |outcome: Outcome| counts.get(&outcome).copied().unwrap_or(0);
    let total = counts.values().sum();
    let wanted = Outcome::from_word(&params.only);
    let after: i32 = params.after.parse().unwrap_or(0);
    let mut parts = Vec::new();
    for outcome in [Outcome::Refused, Outcome::Done, Outcome::Unchanged] {
        if of(outcome) == 0 || wanted.is_some_and(|wanted| wanted != outcome) {
            continue;
        }
        let items = run.items(conn, outcome, if wanted.is_some() { after } else { 0 }, PAGE)?;
        let last = items.last().filter(|_| items.len() as i64 == PAGE && of(outcome) > PAGE);
        let more = last.map(|last| format!("{}?only={outcome}&after={}", paths::bulk_run(id), last.place));
        let shown: Vec<EntryId> = items.iter().filter_map(|item| item.entry_id).collect();
        let mine = Mine::among(conn, person, &shown)?;
        parts.push(Part { heading: heading(outcome, of(outcome)), items, more, mine });
    }
    let deed = run.deed()?;
    let about = match deed.about(conn) {
        Err(AppError::Invalid(_)) => String::new(), // it is deleted since
        about => about?,
    };
    let heading = if about.is_empty() { deed.act.label().to_owned() } else { format!("{}: {about}", deed.act.label()) };
    Ok(Outcomes { page: Page::admin(conn, visit)?, heading, run, done: total - of(Outcome::Waiting), total, parts })
}

fn heading(outcome: Outcome, number: i64) -> String {
    let entries = count(number, "entry", "entries");
    match outcome {
        Outcome::Waiting => format!("{entries} waiting"),
        Outcome::Done => format!("{entries} done"),
        Outcome::Unchanged => format!("{entries} as before"),
        Outcome::Refused => format!("{entries} refused"),
    }
}
