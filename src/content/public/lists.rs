//! Lists of posts: all, by category, tag, author and month; and the lists of categories and tags.

use super::{
    super::{
        model::{
            category::{self, Category, Topics},
            list::{self, Brief, List},
            shown,
            tag::Tag,
        },
        paths,
    },
    posts::Named,
    structured,
};
use crate::{
    accounts::model::{profile, user::User},
    db::{
        Conn,
        cursor::{Cursor, Slice},
    },
    error::{AppError, AppResult},
    site::{Page, json_ld::JsonLd, page::count, reach},
    web::{ctx::Ctx, page_cache::PageCache, render::render_public},
};
use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;
use std::sync::Arc;

/// Which page of a list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Params {
    before: Option<String>,
    after: Option<String>,
}

/// What stands above a list and beside it.
struct Head {
    list: List,
    url: String,
    title: String,
    lead: String,
    crumbs: Vec<Named>,
    side_title: &'static str,
    side: Vec<(Named, String)>,
    /// Tags of what is shown but the posts.
    tags: Vec<String>,
}

#[derive(Template)]
#[template(path = "content/public/list.html")]
struct ShowList {
    page: Page,
    head: Head,
    slice: Slice<Arc<Brief>>,
    total: String,
    newer: Option<String>,
    older: Option<String>,
    first: bool,
}

impl ShowList {
    /// The address of the feed of this list; months have none.
    fn feed(&self) -> Option<String> {
        (!matches!(self.head.list, List::Month(_))).then(|| reach::feed("atom", &self.head.url))
    }

    /// The same where it is not that of the whole site, which every page names.
    fn own_feed(&self) -> Option<String> {
        self.feed().filter(|_| self.head.list != List::All)
    }

    fn feed_name(&self) -> &'static str {
        match self.head.list {
            List::Category(_) => "Feed of this topic",
            List::Tag(_) => "Feed of this tag",
            List::Author(_) => "Feed of this author",
            List::All | List::Month(_) => "Feed of all articles",
        }
    }

    fn structured(&self) -> JsonLd {
        let (page, head) = (&self.page, &self.head);
        let author = matches!(head.list, List::Author(_));
        structured::list(page, (&head.url, &head.title), &head.lead, &head.crumbs, author)
    }
}

async fn show(
    ctx: Ctx,
    params: Params,
    head: impl FnOnce(&mut Conn, &PageCache) -> AppResult<Head> + Send + 'static,
) -> AppResult<HttpResponse> {
    let visit = ctx.visit();
    let view = ctx.db.read(move |conn| {
        let head = head(conn, &visit.pages)?;
        let page = Page::load(conn, visit)?;
        let cursor = Cursor::parse(params.before.as_deref(), params.after.as_deref());
        let slice = list::page(conn, &page.visit.pages, head.list, cursor.as_ref(), page.site.posts_per_page)?;
        let link = |way: &str, mark: &Option<String>| mark.as_ref().map(|mark| format!("{}?{way}={mark}", head.url));
        let (newer, older) = (link("after", &slice.newer), link("before", &slice.older));
        let total = count(list::count(conn, head.list)?, "article", "articles");
        Ok(ShowList { page, slice, total, newer, older, first: cursor.is_none(), head })
    });
    let view = view.await?;
    let mut tags = Page::shown();
    tags.push(view.head.list.cache_tag());
    tags.extend_from_slice(&view.head.tags);
    tags.extend(shown::briefs(view.slice.rows.iter().cloned()));
    tags.extend(shown::cards(view.slice.rows.iter().cloned()));
    render_public(&view, tags)
}

/// `GET /posts` — every post, newest first, with the months beside them.
pub async fn posts(ctx: Ctx, params: web::Query<Params>) -> AppResult<HttpResponse> {
    show(ctx, params.into_inner(), |conn, pages| {
        Ok(Head {
            list: List::All,
            url: paths::POSTS.to_owned(),
            title: "Articles".to_owned(),
            lead: String::new(),
            crumbs: Vec::new(),
            side_title: "By month",
            side: months(conn, pages)?,
            tags: vec![shown::counts("month")],
        })
    })
    .await
}

/// `GET /posts/{year}/{month}` — the posts of a month.
pub async fn month(ctx: Ctx, path: web::Path<(i32, u32)>, params: web::Query<Params>) -> AppResult<HttpResponse> {
    let (year, month) = path.into_inner();
    show(ctx, params.into_inner(), move |conn, pages| {
        let list = List::Month(i64::from(year) * 100 + i64::from(month));
        if !(1..=12).contains(&month) || list::count(conn, list)? == 0 {
            return Err(AppError::NotFound);
        }
        Ok(Head {
            list,
            url: paths::month(year, month),
            title: month_name(year, month),
            lead: String::new(),
            crumbs: vec![(paths::POSTS.to_owned(), "Articles".to_owned())],
            side_title: "By month",
            side: months(conn, pages)?,
            tags: vec![shown::counts("month")],
        })
    })
    .await
}

fn months(conn: &mut Conn, pages: &PageCache) -> AppResult<Vec<(Named, String)>> {
    let counts = list::counts_kept(conn, pages, "month")?;
    let named = counts.into_iter().take(120).map(|(key, number)| {
        let (year, month) = ((key / 100) as i32, (key % 100) as u32);
        ((paths::month(year, month), month_name(year, month)), number.to_string())
    });
    Ok(named.collect())
}

fn month_name(year: i32, month: u32) -> String {
    chrono::NaiveDate::from_ymd_opt(year, month, 1).map_or_else(String::new, |day| day.format("%B %Y").to_string())
}

/// `GET /categories/{path}` — the posts of a category and of those below it.
pub async fn category(ctx: Ctx, path: web::Path<String>, params: web::Query<Params>) -> AppResult<HttpResponse> {
    show(ctx, params.into_inner(), move |conn, pages| {
        let category = Category::at(conn, &path)?;
        let mut crumbs = vec![(paths::CATEGORIES.to_owned(), "Topics".to_owned())];
        let trail = category::trail(conn, &category.path)?;
        let mut tags: Vec<String> = trail.iter().map(|one| shown::category(one.id)).collect();
        tags.extend([shown::about_category(category.id), shown::below(Some(category.id))]);
        crumbs.extend(trail.into_iter().filter(|one| one.id != category.id).map(|one| (one.url(), one.name)));
        let counts = list::counts_kept(conn, pages, "category")?;
        let topics = pages.remembered::<Topics>(conn)?;
        let below: Vec<&Category> = topics.all().filter(|one| one.parent_id == Some(category.id)).collect();
        tags.extend(below.iter().flat_map(|one| [shown::category(one.id), List::Category(one.id).cache_tag()]));
        let side = below.into_iter().map(|one| {
            let number = counts.iter().find(|(key, _)| *key == one.id.number()).map_or(0, |(_, number)| *number);
            ((one.url(), one.name.clone()), number.to_string())
        });
        Ok(Head {
            list: List::Category(category.id),
            url: category.url(),
            title: category.name.clone(),
            lead: category.description.clone(),
            crumbs,
            side_title: "Parts",
            side: side.collect(),
            tags,
        })
    })
    .await
}

/// `GET /tags/{slug}` — the posts with a tag.
pub async fn tag(ctx: Ctx, slug: web::Path<String>, params: web::Query<Params>) -> AppResult<HttpResponse> {
    show(ctx, params.into_inner(), move |conn, _| {
        let tag = Tag::by_slug(conn, &slug)?;
        Ok(Head {
            list: List::Tag(tag.id),
            url: tag.url(),
            title: tag.name.clone(),
            lead: String::new(),
            crumbs: vec![("/tags".to_owned(), "Tags".to_owned())],
            side_title: "",
            side: Vec::new(),
            tags: vec![shown::tag(tag.id)],
        })
    })
    .await
}

/// `GET /authors/{slug}` — the posts of an author.
pub async fn author(ctx: Ctx, slug: web::Path<String>, params: web::Query<Params>) -> AppResult<HttpResponse> {
    show(ctx, params.into_inner(), move |conn, _| {
        let author = User::by_slug(conn, &slug)?;
        if list::count(conn, List::Author(author.id))? == 0 {
            return Err(AppError::NotFound); // who has an account is nobody's business
        }
        Ok(Head {
            list: List::Author(author.id),
            url: paths::author(&author.slug),
            title: author.name,
            lead: author.bio,
            crumbs: vec![(paths::POSTS.to_owned(), "Articles".to_owned())],
            side_title: "",
            side: Vec::new(),
            tags: vec![shown::author(author.id), profile::shown_bio(author.id)],
        })
    })
    .await
}

#[derive(Template)]
#[template(path = "content/public/topics.html")]
struct ShowTopics {
    page: Page,
    title: &'static str,
    url: &'static str,
    /// Depth, address, name, description, count.
    rows: Vec<(usize, String, String, String, String)>,
}

/// `GET /categories` — every category.
pub async fn categories(ctx: Ctx) -> AppResult<HttpResponse> {
    let visit = ctx.visit();
    let view = ctx.db.read(move |conn| {
        let counts = list::counts(conn, "category")?;
        let rows = Category::tree(conn)?.into_iter().map(|one| {
            let number = counts.iter().find(|(key, _)| *key == one.id.number()).map_or(0, |(_, number)| *number);
            (one.depth(), one.url(), one.name, one.description, count(number, "article", "articles"))
        });
        let rows = rows.collect();
        Ok(ShowTopics { page: Page::load(conn, visit)?, title: "Topics", url: paths::CATEGORIES, rows })
    });
    render_public(&view.await?, [Page::shown(), vec![shown::CATEGORIES.to_owned(), shown::counts("category")]].concat())
}

/// `GET /tags` — the tags in use, at most 5,000.
pub async fn tags(ctx: Ctx) -> AppResult<HttpResponse> {
    let visit = ctx.visit();
    let view = ctx.db.read(move |conn| {
        let counts = list::counts(conn, "tag")?;
        let rows = Tag::all_of(conn, &counts.iter().map(|(key, _)| (*key).into()).collect::<Vec<_>>())?.into_iter().map(|one| {
            let number = counts.iter().find(|(key, _)| *key == one.id.number()).map_or(0, |(_, number)| *number);
            (0, one.url(), one.name, String::new(), count(number, "article", "articles"))
        });
        let rows = rows.collect();
        Ok(ShowTopics { page: Page::load(conn, visit)?, title: "Tags", url: "/tags", rows })
    });
    render_public(&view.await?, [Page::shown(), vec![shown::TAGS.to_owned(), shown::counts("tag")]].concat())
}
