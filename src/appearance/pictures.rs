//! The pictures of a look: the logo, the one for the dark theme, the favicon. Each is chosen from the library, or sent with the form
//! and comes into the library by that.

use super::forms::AppearanceForm;
use crate::{
    db::Conn,
    error::AppResult,
    media::{
        inspect::{Format, Limits},
        model::{file::File, folder::Folder},
        taking,
    },
    site::{look::Look, theme},
    web::{ctx::Ctx, form::FormErrors, upload::SentFile},
};
use diesel::QueryResult;

/// What is drawn large.
const LOGOS: &[Format] = &[Format::Svg, Format::Png, Format::WebP, Format::Avif, Format::Jpeg, Format::Gif];
/// What browsers show on tabs, or what is made into that.
const ICONS: &[Format] = &[Format::Svg, Format::Png, Format::Jpeg, Format::WebP];

/// A place for a picture.
pub struct Slot {
    /// The field of the form.
    pub field: &'static str,
    /// Its name on the form.
    pub label: &'static str,
    /// Its name where the library says what shows a file.
    pub place: &'static str,
    /// What to know before choosing.
    pub hint: &'static str,
    /// The words on the button that takes it away.
    pub removal: &'static str,
    /// What it may be.
    pub formats: &'static [Format],
}

/// All of them, in the order of the form.
pub const SLOTS: [Slot; 3] = [
    Slot {
        field: "logo",
        label: "Logo",
        place: "Site logo",
        hint: "At the top of every page, at most 44 pixels high and 256 wide. SVG is sharp everywhere.",
        removal: "Remove the logo",
        formats: LOGOS,
    },
    Slot {
        field: "logo_dark",
        label: "Logo in the dark theme",
        place: "Site logo in the dark theme",
        hint: "Without one the other stands there too.",
        removal: "Remove this logo",
        formats: LOGOS,
    },
    Slot {
        field: "favicon",
        label: "Favicon",
        place: "Favicon",
        hint: "The small picture on tabs and among bookmarks: SVG, or a PNG, JPEG or WebP of 512 × 512 pixels or more, of which all sizes \
               are made.",
        removal: "Remove the favicon",
        formats: ICONS,
    },
];

impl Slot {
    /// The address that a look has in this place, or nothing.
    pub fn of<'a>(&self, look: &'a Look) -> &'a str {
        match self.field {
            "logo" => &look.logo,
            "logo_dark" => &look.logo_dark,
            _ => &look.favicon,
        }
    }

    /// What the file input lets people choose.
    pub fn accept(&self) -> String {
        self.formats.iter().map(|format| format.content_type()).collect::<Vec<_>>().join(",")
    }

    /// The name of the file input.
    pub fn file_field(&self) -> String {
        format!("{}_file", self.field)
    }

    /// Why the picture cannot stand here, if it cannot; an empty place is none.
    fn objection(&self, conn: &mut Conn, look: &Look) -> QueryResult<Option<String>> {
        let address = self.of(look);
        Ok(match theme::picture(conn, address)? {
            None if address.is_empty() => None,
            None => Some("There is no file of this site at this address. Upload it, or choose one from the library.".to_owned()),
            Some(found) if !self.formats.iter().any(|format| format.content_type() == found.kind) => {
                Some(format!("Choose a picture: {} are taken here.", taking::labels(self.formats)))
            }
            Some(_) => None,
        })
    }
}

/// Whether all pictures of a look are there and of a kind that browsers show in their places.
pub fn check(conn: &mut Conn, look: &Look) -> AppResult<()> {
    let mut errors = FormErrors::none();
    for slot in &SLOTS {
        if let Some(sentence) = slot.objection(conn, look)? {
            errors.add(slot.field, sentence);
        }
    }
    Ok(errors.unless_any(())?)
}

/// The files of a look's pictures, locked until the end of the transaction: whoever changes one of them waits, and then finds that it
/// is shown.
pub fn lock(conn: &mut Conn, look: &Look) -> QueryResult<Vec<File>> {
    let addresses: Vec<&str> = SLOTS.iter().map(|slot| slot.of(look)).filter(|address| !address.is_empty()).collect();
    let found = File::at_all(conn, &addresses)?;
    let mut ids: Vec<_> = found.into_values().map(|file| file.id).collect();
    ids.sort_unstable(); // in one order, so that two do not wait for each other
    ids.into_iter().map(|id| File::lock(conn, id)).collect()
}

/// Brings the files that were sent into the library, and writes their addresses into the form; what is not taken is told at its field.
/// A picture that is to be removed is not taken.
pub async fn take(ctx: &Ctx, files: Vec<SentFile>, form: &mut AppearanceForm, limits: Limits) -> AppResult<FormErrors> {
    let mut errors = FormErrors::none();
    for file in files {
        let slot = SLOTS.iter().find(|slot| slot.file_field() == file.field && slot.field != form.remove);
        let Some((slot, address)) = slot.and_then(|slot| Some((slot, form.picture_mut(slot.field)?))) else { continue };
        match taking::take(ctx, file, limits, Folder::root(), slot.formats).await? {
            Ok(added) => *address = added.file.address,
            Err(sentence) => errors.add(slot.field, sentence),
        }
    }
    Ok(errors)
}
