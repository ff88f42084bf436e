//! The levels of the publish gate: for each check and kind of entry, off, warn or block.

use super::super::{
    forms::gate::{GateForm, field},
    gate::{self, Check},
    model::gate::{Level, Rule, save},
    paths,
};
use crate::{
    error::{AppError, AppResult},
    site::Page,
    web::{
        ctx::Ctx,
        form::{FormErrors, Submitted},
        methods::{post, read},
        person::Right,
        render::render_form,
    },
};
use actix_web::{HttpResponse, web};
use askama::Template;

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route(paths::GATE, read().to(edit)).route(paths::GATE, post().to(update));
}

/// A check with a choice for each kind it is for.
struct Row {
    check: &'static dyn Check,
    rules: Vec<Rule>,
}

#[derive(Template)]
#[template(path = "content/admin/gate.html")]
struct EditGate {
    page: Page,
    rows: Vec<Row>,
    errors: FormErrors,
}

impl EditGate {
    fn name(rule: &Rule) -> String {
        field(rule)
    }

    fn kind(rule: &Rule) -> &'static str {
        match rule.kind.word() {
            "post" => "Posts",
            _ => "Pages",
        }
    }

    /// Value, label, chosen.
    fn options(rule: &Rule) -> Vec<(&'static str, String, bool)> {
        let option = |level: &Level| {
            let usual = if *level == rule.proposed { " (usual)" } else { "" };
            (level.word(), format!("{}{usual}", level.label()), *level == rule.level)
        };
        Level::ALL.iter().map(option).collect()
    }
}

/// `GET /admin/gate` — every check with its levels.
async fn edit(ctx: Ctx) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageSettings)?;
    form_page(&ctx, GateForm::default(), FormErrors::none()).await
}

/// `POST /admin/gate` — sets the levels; they hold from the next save or publishing on.
async fn update(ctx: Ctx, form: Submitted<GateForm>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageSettings)?;
    let form = form.into_inner();
    let (wanted, actor, now) = (form.clone(), ctx.actor(), ctx.now());
    let saved = ctx.db.write(move |conn| {
        let rules = wanted.check(&gate::rules(conn)?)?;
        Ok(save(conn, &rules, &actor, now)?)
    });
    match saved.await {
        Ok(true) => ctx.flash("Saved the levels of the publish gate.").see_other(paths::GATE),
        Ok(false) => ctx.flash("Nothing was changed.").see_other(paths::GATE),
        Err(AppError::Invalid(errors)) => form_page(&ctx, form, errors).await,
        Err(other) => Err(other),
    }
}

async fn form_page(ctx: &Ctx, form: GateForm, errors: FormErrors) -> AppResult<HttpResponse> {
    let visit = ctx.visit();
    let view = ctx.db.read(move |conn| {
        let rules = form.sketch(&gate::rules(conn)?);
        let of = |check: &dyn Check| rules.iter().filter(|rule| rule.check == check.key()).copied().collect();
        let rows = gate::catalogue().map(|check| Row { check, rules: of(check) }).collect();
        Ok(EditGate { page: Page::admin(conn, visit)?, rows, errors })
    });
    let view = view.await?;
    render_form(&view, &view.errors)
}
