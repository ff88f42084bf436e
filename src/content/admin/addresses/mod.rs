//! Addresses in the admin: redirects, what was asked for and not found, links that lead nowhere, here and on other sites.

mod imports;
mod links;
mod lost;
mod outside;
mod redirects;
mod written;

use super::super::model::{
    link::{outside::OutsideState, outside_report, report},
    lost::counted,
    redirect::listed,
};
use crate::{db::Conn, site::page::number};
use actix_web::web;
use diesel::QueryResult;

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    imports::routes(cfg);
    redirects::routes(cfg);
    written::routes(cfg); // behind all others below its address, which its {id} would take
    lost::routes(cfg);
    outside::routes(cfg); // before the others below its address, whose {id} would take it
    links::routes(cfg);
}

/// Rows on one page.
const PAGE: usize = 50;

/// Redirects are counted so far.
const COUNTED: i64 = 1000;

/// The tabs that lead from one list to the others.
struct Tabs {
    redirects: String,
    lost: String,
    broken: String,
    outside: String,
}

impl Tabs {
    fn load(conn: &mut Conn) -> QueryResult<Tabs> {
        let redirects = listed::count_to(conn, COUNTED)?;
        let broken: i64 = report::counts(conn)?.into_iter().map(|(_, many)| many).sum();
        let outside = outside_report::counts(conn)?;
        let outside: i64 = [OutsideState::Gone, OutsideState::Silent].iter().filter_map(|state| outside.get(state)).sum();
        Ok(Tabs {
            redirects: if redirects == COUNTED { format!("{}+", number(COUNTED)) } else { number(redirects) },
            lost: number(counted::counts(conn)?.0),
            broken: number(broken),
            outside: number(outside),
        })
    }
}

/// The keys of the chosen rows in an address: `id=1&id=2`; bounded by 200.
fn chosen(query: &str) -> Vec<i64> {
    let pairs: Vec<(String, String)> = serde_html_form::from_str(query).unwrap_or_default();
    pairs.into_iter().filter(|(name, _)| name == "id").filter_map(|(_, id)| id.parse().ok()).take(200).collect()
}
