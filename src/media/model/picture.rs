//! A picture as a page shows it: with the smaller forms that there are, and what the library says of it.
//!
//! Told by one row of `files` and the row of `renditions` that is shown; read in one piece of JSON, so that a statement about
//! something else can take it along ([`JOINS`], [`COLUMN`]).

use super::file::{FileId, hex};
use crate::{
    db::{Conn, statement::Statement},
    markup,
    media::{
        inspect::Format,
        paths,
        pixels::{Crop, Focus, Plan},
    },
};
use diesel::{
    prelude::*,
    sql_types::{Mediumtext, Nullable},
};
use serde::Deserialize;
use std::{collections::HashMap, iter::repeat_n};

/// What belongs to `files` in a statement that selects [`COLUMN`].
pub const JOINS: &str =
    "LEFT JOIN renditions ON renditions.file_id = files.id AND renditions.shown = 1 AND renditions.sha256 = files.sha256";

/// The picture as JSON; NULL where the file is none.
pub const COLUMN: &str = "CASE WHEN files.kind = 'picture' THEN JSON_OBJECT('id', files.id, 'address', files.address, \
     'sha256', HEX(files.sha256), 'served_as', files.content_type, 'width', files.width, 'height', files.height, 'frames', files.frames, \
     'alt', files.alt, 'caption', files.caption, 'credit', files.credit, 'folder', renditions.folder, 'formats', renditions.formats, \
     'x', renditions.focal_x, 'y', renditions.focal_y) END";

/// A picture of the library.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Picture {
    /// The file.
    pub id: FileId,
    /// Below `/files/`; it never changes.
    pub address: String,
    sha256: String,
    served_as: String,
    width: Option<u32>,
    height: Option<u32>,
    frames: Option<i32>,
    /// What it shows, for those who do not see it; or empty.
    pub alt: String,
    /// What stands below it; or empty.
    pub caption: String,
    /// Whose work it is; or empty.
    pub credit: String,
    folder: Option<String>,
    formats: Option<String>,
    x: Option<i32>,
    y: Option<i32>,
}

/// A form of a picture that a page names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// Its address.
    pub url: String,
    /// In pixels; 0: unknown.
    pub width: u32,
    /// In pixels; 0: unknown.
    pub height: u32,
}

impl Picture {
    /// What [`COLUMN`] holds.
    pub fn of_json(json: Option<&str>) -> QueryResult<Option<Picture>> {
        json.map(|json| serde_json::from_str(json).map_err(|error| diesel::result::Error::DeserializationError(error.into()))).transpose()
    }

    /// Those of these addresses that are pictures of this site, by address. Query and fragment must be cut off.
    pub fn at_all(conn: &mut Conn, addresses: &[&str]) -> QueryResult<HashMap<String, Picture>> {
        let ours: Vec<&str> = addresses.iter().copied().filter(|address| paths::is_file(address)).collect();
        let mut found = HashMap::new();
        for some in ours.chunks(32) {
            let marks = some.len().next_power_of_two(); // few texts to prepare
            let text = format!("SELECT {COLUMN} FROM files {JOINS} WHERE files.address IN ({})", vec!["?"; marks].join(", "));
            let statement: Statement<(), (Nullable<Mediumtext>,)> = Statement::new(text, ());
            let padded = some.iter().copied().chain(repeat_n(some[0], marks - some.len()));
            let rows: Vec<(Option<String>,)> = padded.fold(statement, Statement::text).load(conn)?;
            for (json,) in rows {
                found.extend(Picture::of_json(json.as_deref())?.map(|picture| (picture.address.clone(), picture)));
            }
        }
        Ok(found)
    }

    /// The picture at this address.
    pub fn at(conn: &mut Conn, address: &str) -> QueryResult<Option<Picture>> {
        Ok(Picture::at_all(conn, &[address])?.remove(address))
    }

    /// The original, by an address at which never stands anything else.
    fn original(&self) -> Form {
        let version = self.sha256.get(..8).unwrap_or("").to_ascii_lowercase();
        let url = format!("{}?v={version}", self.address);
        Form { url, width: self.width.unwrap_or(0), height: self.height.unwrap_or(0) }
    }

    /// Its renditions and where they lie, once they are made.
    fn made(&self) -> Option<(Plan, &str)> {
        let focus = Focus { x: self.x?, y: self.y? };
        let side = |side: Option<u32>| side.and_then(|side| i32::try_from(side).ok());
        let format = Format::served_as(&self.served_as)?;
        let plan = Plan::of(format, side(self.width)?, side(self.height)?, self.frames.unwrap_or(1), focus)?;
        Some((plan, self.folder.as_deref()?))
    }

    /// The formats that pages name, the best first.
    fn formats(&self) -> Vec<Format> {
        let words = self.formats.as_deref().unwrap_or("").split(' ');
        words.filter_map(|word| Format::ALL.iter().copied().find(|format| format.endings()[0] == word)).collect()
    }

    /// The renditions of a crop in one format, the smallest first.
    fn forms(&self, crop: Crop, format: Format) -> Vec<Form> {
        let Some((plan, folder)) = self.made() else { return Vec::new() };
        let specs = plan.sizes(crop).into_iter().flat_map(|size| plan.at(crop, size)).filter(|spec| spec.format == format);
        specs.map(|spec| Form { url: paths::rendition(folder, &plan.name(&spec)), width: spec.width, height: spec.height }).collect()
    }

    /// What `<picture>` needs to show a crop; until there are renditions, the original alone.
    pub fn shown(&self, crop: Crop) -> markup::Picture {
        let known = |form: &Form| (form.width > 0).then_some((form.width, form.height));
        let mut formats = self.formats();
        let fallback = formats.pop().map(|format| self.forms(crop, format)).unwrap_or_default();
        let original = self.original();
        // A whole picture has the size of its original, whatever is loaded; a crop that of its largest form.
        let size = if crop == Crop::Whole { known(&original) } else { fallback.last().or(Some(&original)).and_then(known) };
        // What a browser takes that reads no `srcset`: as wide as the column.
        let plain = fallback.iter().find(|form| form.width >= 640).or(fallback.last()).unwrap_or(&original);
        let sources =
            formats.into_iter().map(|format| markup::Source { kind: format.content_type(), srcset: srcset(&self.forms(crop, format)) });
        markup::Picture {
            src: plain.url.clone(),
            srcset: srcset(&fallback),
            sources: sources.collect(),
            size,
            alt: self.alt.clone(),
            caption: self.caption.clone(),
            credit: self.credit.clone(),
        }
    }

    /// What other services show of it: 1200 × 630 or less, else the original.
    pub fn share(&self) -> Form {
        self.forms(Crop::Share, Format::Jpeg).pop().unwrap_or_else(|| self.original())
    }
}

fn srcset(forms: &[Form]) -> String {
    forms.iter().map(|form| format!("{} {}w", form.url, form.width)).collect::<Vec<_>>().join(", ")
}

/// The folder in the store and in addresses for renditions of a file with this content, made by this recipe.
pub fn folder(file: FileId, sha256: &[u8], recipe: i32) -> String {
    format!("{file}-{}-{recipe}", hex(&sha256[..sha256.len().min(8)]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn picture(more: &Value) -> Picture {
        let mut all = json!({
            "id": 7, "address": "/files/ab/a.jpg", "sha256": "00FF11EE22", "served_as": "image/jpeg", "width": 1000, "height": 800, "frames": 1,
            "alt": "", "caption": "", "credit": "", "folder": null, "formats": null, "x": null, "y": null
        });
        for (key, value) in more.as_object().unwrap() {
            all[key] = value.clone();
        }
        Picture::of_json(Some(&all.to_string())).unwrap().unwrap()
    }

    #[test]
    fn until_renditions_are_made_the_original_is_shown() {
        let shown = picture(&json!({})).shown(Crop::Whole);
        assert_eq!((shown.src.as_str(), shown.size), ("/files/ab/a.jpg?v=00ff11ee", Some((1000, 800))));
        assert!(shown.sources.is_empty() && shown.srcset.is_empty());
    }

    #[test]
    fn renditions_are_named_by_format_and_width() {
        let made = picture(&json!({ "folder": "7-00ff", "formats": "avif webp jpg", "x": 500, "y": 100 }));
        let shown = made.shown(Crop::Whole);
        assert_eq!(shown.sources.iter().map(|source| source.kind).collect::<Vec<_>>(), ["image/avif", "image/webp"]);
        assert!(shown.sources[0].srcset.starts_with("/pictures/7-00ff/320.avif 320w, /pictures/7-00ff/480.avif 480w"), "{shown:?}");
        assert!(shown.srcset.ends_with("/pictures/7-00ff/1000.jpg 1000w"));
        assert_eq!((shown.src.as_str(), shown.size), ("/pictures/7-00ff/640.jpg", Some((1000, 800))));
        assert_eq!(made.shown(Crop::Card).size, Some((1000, 667)));
        let share = Form { url: "/pictures/7-00ff/share-500-100-1000.jpg".to_owned(), width: 1000, height: 525 };
        assert_eq!(made.share(), share);
        let lighter = picture(&json!({ "folder": "7-00ff", "formats": "webp png", "served_as": "image/png", "x": 0, "y": 0 }));
        assert_eq!(lighter.shown(Crop::Whole).sources.len(), 1, "AVIF was no gain");
    }
}
