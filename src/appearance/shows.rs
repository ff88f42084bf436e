//! Files that every page shows: the pictures of the look, and what its style sheet and the text at the foot name.

use super::{paths, pictures::SLOTS};
use crate::{
    db::Conn,
    error::AppResult,
    media::model::{
        file::{File, FileId},
        uses::{Place, Shows},
    },
    site::{SiteSettings, settings::SHOWN, theme::Theme},
    web::person::{Person, Right},
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use std::hash::{DefaultHasher, Hash, Hasher};

/// How this site looks.
pub struct SiteLook;

impl Shows for SiteLook {
    fn places(&self, conn: &mut Conn, file: &File, limit: i64, by: &Person) -> QueryResult<(Vec<Place>, i64)> {
        let site = SiteSettings::load(conn)?;
        let pictures = SLOTS.iter().filter(|slot| slot.of(&site.look) == file.address).map(|slot| slot.place);
        let texts = [("The style sheet of your own", &site.look.css), ("The text at the foot", &site.footer)];
        let named = texts.into_iter().filter(|(_, text)| text.contains(&file.address)).map(|(title, _)| title);
        let all: Vec<&str> = pictures.chain(named).collect();
        let place = |title: &&str| Place {
            title: (*title).to_owned(),
            url: paths::APPEARANCE.to_owned(),
            state: "on every page".to_owned(),
            opens: by.may(Right::ManageSettings),
        };
        Ok((all.iter().take(limit.max(0) as usize).map(place).collect(), all.len() as i64))
    }

    /// Nothing for a file that is no picture of the look; else what the pictures look like now.
    fn showing(&self, conn: &mut Conn, file: FileId) -> QueryResult<Vec<i64>> {
        let site = SiteSettings::load(conn)?;
        let file = File::find(conn, file).optional()?;
        let is_shown = file.is_some_and(|file| SLOTS.iter().any(|slot| slot.of(&site.look) == file.address));
        if is_shown { Ok(vec![pictures(conn, &site)?]) } else { Ok(Vec::new()) }
    }

    /// Every page is another one if its pictures are; their words stand on none.
    fn renew(&self, conn: &mut Conn, keys: &[i64], _now: NaiveDateTime) -> AppResult<Vec<String>> {
        let Some(before) = keys.first() else { return Ok(Vec::new()) };
        let site = SiteSettings::load(conn)?;
        Ok(if pictures(conn, &site)? == *before { Vec::new() } else { vec![SHOWN.to_owned()] })
    }
}

/// A number for the pictures as pages name them.
fn pictures(conn: &mut Conn, site: &SiteSettings) -> QueryResult<i64> {
    let theme = Theme::of(conn, site)?;
    let mut hasher = DefaultHasher::new();
    (theme.logo, theme.favicon, theme.icons).hash(&mut hasher);
    Ok(hasher.finish() as i64)
}
