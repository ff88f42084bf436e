//! Smaller forms of pictures: which are shown, which are being made, which are in nobody's sight any more.
//!
//! Table `renditions`: a row for each time that all renditions of a picture were made. It is written before the first of them, and
//! names them all, so that nothing lies in the store that no row knows; it is shown when the last is there. What pages no longer
//! name stays for a day, for pages that are open somewhere. Written by the job [`Render`](crate::media::jobs::Render).

use super::{
    file::{self, File, FileId},
    picture,
};
use crate::{
    db::{Conn, last_insert_id},
    journal::{Actor, Change},
    media::{
        inspect::Format,
        pixels::{Crop, Focus, Plan, Spec},
        shown,
    },
    schema::{files, renditions},
    site::{look::FAVICON, settings},
    typed_id,
};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use serde_json::json;
use std::collections::{BTreeMap, HashMap};

typed_id!(
    /// Names a set of renditions.
    SetId
);

/// The version of what makes them. Raise it when they would look or weigh otherwise: all are made again.
pub const RECIPE: i32 = 1;

/// How long what no page names any more stays.
const GRACE: TimeDelta = TimeDelta::days(1);

/// The bytes of each rendition, by its name.
pub type Sizes = BTreeMap<String, u64>;

/// The plan for a file; `None`: it is shown as it is.
pub fn plan(conn: &mut Conn, file: &File) -> QueryResult<Option<Plan>> {
    let focus = Focus { x: file.focal_x, y: file.focal_y };
    let format = Format::served_as(&file.content_type);
    let sides = format.zip(file.width).zip(file.height);
    let plan = sides.and_then(|((format, width), height)| Plan::of(format, width, height, file.frames.unwrap_or(1), focus));
    let Some(plan) = plan else { return Ok(None) };
    let icon = settings::get(conn, FAVICON)?.is_some_and(|address| address == file.address);
    Ok(Some(Plan { icon, ..plan }))
}

/// A set that is being made.
#[derive(Debug, Clone)]
pub struct Set {
    /// Its row.
    pub id: SetId,
    /// The file, as it was when this began.
    pub file: File,
    /// What is to be made.
    pub plan: Plan,
    /// Where it goes, in the store and in addresses.
    pub folder: String,
}

impl Set {
    /// Where a rendition lies in the store.
    pub fn key(&self, spec: &Spec) -> String {
        key(&self.folder, &self.plan.name(spec))
    }
}

/// Where the renditions of a folder lie in the store.
pub fn key(folder: &str, name: &str) -> String {
    format!("renditions/{folder}/{name}")
}

/// Writes down that renditions of a file are to be made; whether it has any.
pub fn want(conn: &mut Conn, id: FileId) -> QueryResult<bool> {
    let file = File::find(conn, id)?;
    let wanted = plan(conn, &file)?.is_some();
    set_state(conn, id, if wanted { file::Renditions::Waiting } else { file::Renditions::None })?;
    Ok(wanted)
}

/// Begins a set for a file, or takes up the one that was begun; `None`: there is nothing to do.
pub fn begin(conn: &mut Conn, id: FileId, now: NaiveDateTime) -> QueryResult<Option<Set>> {
    let Some(file) = File::lock(conn, id).optional()? else { return Ok(None) };
    let Some(plan) = plan(conn, &file)? else {
        set_state(conn, id, file::Renditions::None)?;
        return Ok(None);
    };
    let same = renditions::table
        .filter(renditions::file_id.eq(id))
        .filter(renditions::sha256.eq(&file.sha256))
        .filter(renditions::recipe.eq(RECIPE))
        .filter(renditions::focal_x.eq(plan.focus.x))
        .filter(renditions::focal_y.eq(plan.focus.y))
        .filter(renditions::dropped_at.is_null())
        .select((renditions::id, renditions::made_at.is_not_null(), renditions::sizes))
        .first::<(SetId, bool, String)>(conn)
        .optional()?;
    let folder = picture::folder(id, &file.sha256, RECIPE);
    let row = match same {
        Some((row, true, sizes)) => match lacking(&plan, &sizes) {
            Some(sizes) => {
                diesel::update(renditions::table.find(row)).set(renditions::sizes.eq(written(&sizes))).execute(conn)?;
                row
            }
            None => {
                set_state(conn, id, file::Renditions::Made)?;
                return Ok(None);
            }
        },
        Some((begun, false, _)) => begun,
        None => insert(conn, &file, &plan, &folder, now)?,
    };
    Ok(Some(Set { id: row, file, plan, folder }))
}

/// What a set that is made holds, with what it lacks: a picture may have become the icon of the site since. `None`: it is whole.
fn lacking(plan: &Plan, sizes: &str) -> Option<Sizes> {
    let mut sizes: Sizes = serde_json::from_str(sizes).unwrap_or_default();
    let names: Vec<String> = plan.all().iter().map(|spec| plan.name(spec)).collect();
    let whole = names.iter().all(|name| sizes.get(name).is_some_and(|bytes| *bytes > 0));
    for name in names {
        sizes.entry(name).or_default();
    }
    (!whole).then_some(sizes)
}

fn insert(conn: &mut Conn, file: &File, plan: &Plan, folder: &str, now: NaiveDateTime) -> QueryResult<SetId> {
    let sizes: Sizes = plan.all().iter().map(|spec| (plan.name(spec), 0)).collect();
    let row = (
        renditions::file_id.eq(file.id),
        renditions::folder.eq(folder),
        renditions::sha256.eq(&file.sha256),
        renditions::recipe.eq(RECIPE),
        renditions::focal_x.eq(plan.focus.x),
        renditions::focal_y.eq(plan.focus.y),
        renditions::formats.eq(""),
        renditions::sizes.eq(written(&sizes)),
        renditions::begun_at.eq(now),
    );
    diesel::insert_into(renditions::table).values(row).execute(conn)?;
    diesel::select(last_insert_id()).get_result(conn)
}

/// Shows a set that is complete in place of the one before. Says whether it is still what is wanted: while it was made, the file
/// may have been replaced, or deleted.
pub fn finish(conn: &mut Conn, set: &Set, sizes: &Sizes, now: NaiveDateTime) -> QueryResult<bool> {
    let file = File::lock(conn, set.file.id).optional()?.filter(|file| file.sha256 == set.file.sha256);
    let plan = file.as_ref().map(|file| plan(conn, file)).transpose()?.flatten();
    // Whether it is still the icon does not matter: what was made of that is there besides.
    let Some(file) = file.filter(|_| plan.is_some_and(|plan| Plan { icon: set.plan.icon, ..plan } == set.plan)) else {
        let unseen = renditions::table.find(set.id).filter(renditions::shown.is_null());
        diesel::update(unseen).set(renditions::dropped_at.eq(now)).execute(conn)?;
        return Ok(false);
    };
    let others = renditions::table
        .filter(renditions::file_id.eq(file.id))
        .filter(renditions::id.ne(set.id))
        .filter(renditions::dropped_at.is_null());
    diesel::update(others).set((renditions::shown.eq(None::<i8>), renditions::dropped_at.eq(now))).execute(conn)?;
    let row = (
        renditions::shown.eq(1_i8),
        renditions::formats.eq(named(&set.plan, sizes)),
        renditions::sizes.eq(written(sizes)),
        renditions::made_at.eq(now),
    );
    diesel::update(renditions::table.find(set.id)).set(row).execute(conn)?;
    set_state(conn, file.id, file::Renditions::Made)?;
    Ok(true)
}

/// Writes into the journal that a set is shown, with the cached pages that its texts have changed.
pub fn record(conn: &mut Conn, set: &Set, sizes: &Sizes, mut cache_tags: Vec<String>, now: NaiveDateTime) -> QueryResult<()> {
    cache_tags.push(shown::file(set.file.id));
    let detail = json!({ "renditions": sizes.len(), "bytes": sizes.values().sum::<u64>() });
    let change = Change { kind: "file.rendered", subject: "file", key: set.file.id.number(), label: &set.file.name, detail, cache_tags };
    change.record(conn, &Actor::default(), now)
}

/// Writes down that a picture cannot be made smaller; it is shown as it is.
pub fn give_up(conn: &mut Conn, set: &Set, now: NaiveDateTime) -> QueryResult<()> {
    let unseen = renditions::table.find(set.id).filter(renditions::shown.is_null());
    diesel::update(unseen).set(renditions::dropped_at.eq(now)).execute(conn)?;
    set_state(conn, set.file.id, file::Renditions::Failed)
}

fn set_state(conn: &mut Conn, id: FileId, state: file::Renditions) -> QueryResult<()> {
    diesel::update(files::table.find(id)).set(files::renditions.eq(state)).execute(conn).map(drop)
}

/// The formats that pages name: each must be lighter than the ones after it, all widths together. A drawing of few colours is
/// lighter as PNG than as AVIF.
fn named(plan: &Plan, sizes: &Sizes) -> String {
    let weight = |format: Format| -> u64 {
        let specs = plan.sizes(Crop::Whole).into_iter().flat_map(|size| plan.at(Crop::Whole, size)).filter(|spec| spec.format == format);
        specs.filter_map(|spec| sizes.get(&plan.name(&spec))).sum()
    };
    let mut lightest = u64::MAX;
    let mut kept: Vec<&str> = Vec::new();
    for format in plan.formats().into_iter().rev() {
        if weight(format) < lightest {
            lightest = weight(format);
            kept.push(format.endings()[0]);
        }
    }
    kept.reverse();
    kept.join(" ")
}

fn written(sizes: &Sizes) -> String {
    json!(sizes).to_string()
}

/// Files that wait for their renditions, and those whose renditions were made by an older recipe; bounded.
pub fn missing(conn: &mut Conn, most: i64) -> QueryResult<Vec<FileId>> {
    let waiting = files::table.filter(files::renditions.eq(file::Renditions::Waiting)).select(files::id).order(files::id).limit(most);
    let mut found: Vec<FileId> = waiting.load(conn)?;
    let old = renditions::table.filter(renditions::shown.eq(1)).filter(renditions::recipe.lt(RECIPE));
    found.extend(old.select(renditions::file_id.assume_not_null()).order(renditions::recipe).limit(most).load::<FileId>(conn)?);
    Ok(found)
}

/// Sets that pages have not named for a day, and those of files that are gone; bounded.
pub fn dropped(conn: &mut Conn, most: i64, now: NaiveDateTime) -> QueryResult<Vec<SetId>> {
    let old = renditions::table.filter(renditions::dropped_at.lt(now - GRACE)).select(renditions::id);
    let mut found: Vec<SetId> = old.order((renditions::dropped_at, renditions::id)).limit(most).load(conn)?;
    let orphans = renditions::table.filter(renditions::file_id.is_null()).select(renditions::id);
    found.extend(orphans.limit(most).load::<SetId>(conn)?);
    Ok(found)
}

/// Forgets a set, and says which keys of the store nobody needs then: those that no other set of the same picture has. Whole
/// pictures are the same for every focal point.
///
/// The file is locked until the caller has deleted them, so that no set is begun meanwhile that would count on them.
pub fn forget(conn: &mut Conn, id: SetId) -> QueryResult<Vec<String>> {
    let columns = (renditions::file_id, renditions::folder, renditions::sizes);
    let row: Option<(Option<FileId>, String, String)> = renditions::table.find(id).select(columns).first(conn).optional()?;
    let Some((file, folder, sizes)) = row else { return Ok(Vec::new()) };
    if let Some(file) = file {
        File::lock(conn, file).optional()?;
    }
    let others =
        renditions::table.filter(renditions::folder.eq(&folder)).filter(renditions::id.ne(id)).filter(renditions::file_id.is_not_null());
    let others: Vec<String> = others.select(renditions::sizes).load(conn)?;
    let kept: Vec<Sizes> = others.iter().filter_map(|sizes| serde_json::from_str(sizes).ok()).collect();
    diesel::delete(renditions::table.find(id)).execute(conn)?;
    let own: Sizes = serde_json::from_str(&sizes).unwrap_or_default();
    Ok(own.into_keys().filter(|name| !kept.iter().any(|sizes| sizes.contains_key(name))).map(|name| key(&folder, &name)).collect())
}

/// What most browsers load of these pictures where they are shown so many pixels wide, in bytes; without those that are shown as
/// they are.
pub fn loaded(conn: &mut Conn, ids: &[FileId], width: u32) -> QueryResult<HashMap<FileId, u64>> {
    let shown = renditions::table.filter(renditions::file_id.eq_any(ids)).filter(renditions::shown.eq(1));
    let columns = (renditions::file_id.assume_not_null(), renditions::formats, renditions::sizes);
    let rows: Vec<(FileId, String, String)> = shown.select(columns).load(conn)?;
    Ok(rows.into_iter().filter_map(|(id, formats, sizes)| Some((id, chosen(&formats, &sizes, width)?))).collect())
}

/// Of the best format the narrowest that is wide enough, else the widest.
fn chosen(formats: &str, sizes: &str, width: u32) -> Option<u64> {
    let ending = formats.split(' ').next()?;
    let sizes: Sizes = serde_json::from_str(sizes).ok()?;
    let forms = sizes.iter().filter_map(|(name, bytes)| {
        let (stem, format) = name.split_once('.')?;
        Some((stem.parse::<u32>().ok().filter(|_| format == ending)?, *bytes))
    });
    let mut forms: Vec<(u32, u64)> = forms.collect();
    forms.sort_unstable();
    forms.iter().find(|(own, _)| *own >= width).or(forms.last()).map(|(_, bytes)| *bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_chooses_the_narrowest_that_is_wide_enough() {
        let sizes = r#"{"1280.avif":90,"320.avif":10,"640.avif":30,"640.jpg":60,"card-500-500-2000.avif":1}"#;
        assert_eq!([100, 320, 321, 1216, 4000].map(|width| chosen("avif jpg", sizes, width)), [10, 10, 30, 90, 90].map(Some));
        assert_eq!((chosen("jpg", sizes, 1), chosen("", sizes, 1), chosen("avif", "", 1)), (Some(60), None, None));
    }

    #[test]
    fn a_format_that_is_no_gain_is_not_named() {
        let plan = Plan::of(Format::Png, 320, 200, 1, Focus::default()).expect("a plan");
        let sizes =
            |avif, webp, png| Sizes::from([("320.avif".to_owned(), avif), ("320.webp".to_owned(), webp), ("320.png".to_owned(), png)]);
        assert_eq!(named(&plan, &sizes(1, 2, 3)), "avif webp png");
        assert_eq!(named(&plan, &sizes(3, 2, 9)), "webp png");
        assert_eq!(named(&plan, &sizes(5, 5, 5)), "png");
    }
}
