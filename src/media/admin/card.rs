//! A file as lists show it.

use crate::{
    db::Conn,
    markup,
    media::{
        model::{
            file::{File, Kind},
            picture::Picture,
        },
        paths,
        pixels::Crop,
    },
    site::page::weight,
    web::person::Person,
};

use diesel::QueryResult;
use std::collections::HashMap;

/// A file with what its picture in a list says.
pub struct Card {
    /// The file.
    pub file: File,
    /// What to draw for it; nothing for what is no picture.
    pub thumb: Option<markup::Picture>,
    /// Whether the person who looks may change it.
    pub may_change: bool,
}

impl Card {
    /// For this person.
    pub fn of(file: File, person: &Person) -> Card {
        Card { may_change: file.may_be_changed_by(person), file, thumb: None }
    }

    /// The same for many, with small pictures where they are made.
    pub fn all(conn: &mut Conn, files: Vec<File>, person: &Person) -> QueryResult<Vec<Card>> {
        let addresses: Vec<&str> = files.iter().filter(|file| file.kind == Kind::Picture).map(|file| file.address.as_str()).collect();
        let mut shown = Picture::at_all(conn, &addresses)?;
        let thumb = |file: &File, shown: &mut HashMap<String, Picture>| Some(shown.remove(&file.address)?.shown(Crop::Card));
        Ok(files.into_iter().map(|file| Card { thumb: thumb(&file, &mut shown), ..Card::of(file, person) }).collect())
    }

    /// Its page.
    pub fn page(&self) -> String {
        paths::file(self.file.id)
    }

    /// The symbol for what is no picture.
    pub fn icon(&self) -> &'static str {
        match self.file.kind {
            Kind::Picture => "image",
            Kind::Video => "file-video",
            Kind::Document if self.file.content_type.starts_with("text/csv") => "file-spreadsheet",
            Kind::Audio | Kind::Document => "file-text",
        }
    }

    /// `412 kB, 2400 × 1350`.
    pub fn size(&self) -> String {
        size(&self.file)
    }

    /// What shows it in a text.
    pub fn markdown(&self) -> String {
        markdown(&self.file)
    }

    /// Whether it is a picture that nobody has described.
    pub fn is_silent(&self) -> bool {
        self.file.kind == Kind::Picture && self.file.alt.is_empty()
    }
}

/// `412 kB, 2400 × 1350`, and that a picture moves.
pub fn size(file: &File) -> String {
    let sides = file.width.zip(file.height).map(|(width, height)| format!(", {width} × {height}")).unwrap_or_default();
    let moves = file.frames.filter(|frames| *frames > 1).map(|frames| format!(", {frames} frames")).unwrap_or_default();
    let weight = if file.bytes < 1000 { format!("{} bytes", file.bytes) } else { weight(file.bytes) };
    format!("{weight}{sides}{moves}")
}

/// The ending of its address in capital letters, as people name a type.
pub fn type_name(file: &File) -> String {
    file.address.rsplit('.').next().unwrap_or("").to_uppercase()
}

/// What shows the file in a text.
pub fn markdown(file: &File) -> String {
    let words = |text: &str| text.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]");
    match file.kind {
        Kind::Picture => format!("![{}]({})", words(&file.alt), file.address),
        Kind::Video => format!("<video src=\"{}\" controls></video>", file.address),
        Kind::Audio => format!("<audio src=\"{}\" controls></audio>", file.address),
        Kind::Document => format!("[{}]({})", words(&file.name), file.address),
    }
}
