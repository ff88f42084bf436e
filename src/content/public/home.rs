//! The home page.

use super::{
    super::model::{
        category::{Category, CategoryId, Topics},
        list::{self, Brief, List},
        live::Live,
        shown,
    },
    posts::ShowEntry,
    structured,
};
use crate::{
    db::Conn,
    error::AppResult,
    site::{Page, json_ld::JsonLd, look::Home as Layout, menus, page::count},
    web::{
        ctx::{Ctx, Visit},
        render::render_public,
    },
};
use actix_web::HttpResponse;
use askama::Template;
use std::sync::Arc;

/// Posts beside the first one, topics below, and posts of each topic.
const NEWEST: usize = 5;
const TOPICS: usize = 8;
const OF_EACH: usize = 4;

/// The home page, laid out as the look of the site has it.
#[derive(Template)]
#[template(path = "content/public/home.html")]
pub struct Home {
    page: Page,
    /// The newest posts of the list or the grid.
    posts: Vec<Arc<Brief>>,
    lead: Option<Arc<Brief>>,
    newest: Vec<Arc<Brief>>,
    topics: Vec<(Category, String, Vec<Arc<Brief>>)>,
    total: i64,
    /// The topics that would be shown if they had posts.
    tops: Vec<CategoryId>,
}

impl Home {
    /// What it shows, for the page cache.
    fn shown(&self) -> Vec<String> {
        let mut tags = Page::shown();
        tags.extend([List::All.cache_tag(), menus::shown::HOME.to_owned()]);
        if self.page.site.look.home == Layout::Front {
            tags.extend([shown::FEATURED.to_owned(), shown::below(None)]);
        }
        if !self.page.site.home_page.is_empty() {
            tags.push(shown::HOME.to_owned());
        }
        tags.extend(self.tops.iter().flat_map(|id| [shown::category(*id), List::Category(*id).cache_tag()]));
        tags.extend(shown::briefs(self.lead.iter().chain(&self.newest).chain(&self.posts).cloned()));
        tags.extend(shown::cards(self.lead.iter().chain(&self.posts).cloned()));
        tags.extend(self.topics.iter().flat_map(|(_, _, posts)| posts).map(|brief| shown::entry(brief.entry.id)));
        tags
    }

    fn is_front(&self) -> bool {
        self.page.site.look.home == Layout::Front
    }

    fn structured(&self) -> JsonLd {
        structured::site(&self.page)
    }

    fn is_grid(&self) -> bool {
        self.page.site.look.home == Layout::Grid
    }

    /// Whether more posts stand in the list of all.
    fn has_more(&self) -> bool {
        self.total > self.posts.len() as i64
    }

    fn total_shown(&self) -> String {
        count(self.total, "article", "articles")
    }
}

/// `GET /` — the newest posts with a featured one first, or the page that the settings name.
pub async fn show(ctx: Ctx) -> AppResult<HttpResponse> {
    let visit = ctx.visit();
    match ctx.db.read(move |conn| load(conn, visit)).await? {
        Front::Home(view) => render_public(&*view, view.shown()),
        Front::Page(view) => render_public(&*view, view.cache_tags()),
    }
}

enum Front {
    Home(Box<Home>),
    Page(Box<ShowEntry>),
}

fn load(conn: &mut Conn, visit: Visit) -> AppResult<Front> {
    let page = Page::load(conn, visit)?;
    if !page.site.home_page.is_empty()
        && let Ok(live) = Live::at(conn, &page.visit.pages, &page.site.home_page)
    {
        return Ok(Front::Page(Box::new(ShowEntry::page(conn, page.visit, live)?)));
    }
    Ok(Front::Home(Box::new(view(conn, page)?)))
}

/// The home page with these globals.
pub fn view(conn: &mut Conn, page: Page) -> AppResult<Home> {
    if page.site.look.home == Layout::Front { front(conn, page) } else { plain(conn, page) }
}

/// Without a choice of its own: the newest posts.
fn plain(conn: &mut Conn, page: Page) -> AppResult<Home> {
    let posts = list::page(conn, &page.visit.pages, List::All, None, page.site.posts_per_page)?.rows;
    let total = list::count(conn, List::All)?;
    Ok(Home { page, posts, lead: None, newest: Vec::new(), topics: Vec::new(), total, tops: Vec::new() })
}

fn front(conn: &mut Conn, page: Page) -> AppResult<Home> {
    let pages = page.visit.pages.clone();
    let mut newest = list::page(conn, &pages, List::All, None, NEWEST)?.rows;
    let lead = match list::featured(conn, &pages)? {
        Some(featured) => {
            newest.retain(|brief| brief.entry.id != featured.entry.id);
            Some(featured)
        }
        None if newest.is_empty() => None,
        None => Some(newest.remove(0)),
    };
    newest.truncate(NEWEST - 1);
    let topics: Arc<Topics> = pages.remembered(conn)?;
    let tops: Vec<Category> = topics.all().filter(|category| category.parent_id.is_none()).take(TOPICS).cloned().collect();
    let counts = list::counts_kept(conn, &pages, "category")?;
    let ids: Vec<CategoryId> = tops.iter().map(|category| category.id).collect();
    let mut posts = list::newest_in(conn, &pages, &ids, OF_EACH)?;
    let topics = tops.into_iter().filter_map(|category| {
        let number = counts.iter().find(|(key, _)| *key == category.id.number()).map_or(0, |(_, number)| *number);
        Some((count(number, "article", "articles"), posts.remove(&category.id)?)).map(|(shown, posts)| (category, shown, posts))
    });
    let topics = topics.collect();
    let total = list::count(conn, List::All)?;
    Ok(Home { page, posts: Vec::new(), lead, newest, topics, total, tops: ids })
}
