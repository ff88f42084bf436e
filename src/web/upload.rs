//! Forms that send files (`multipart/form-data`, RFC 7578), read piece by piece: what is large goes to a file of its own, never
//! wholly into memory, and nothing is read for people who may not send any.

use crate::{
    app::State,
    error::{AppError, AppResult},
    web::{blocking::blocking, ctx::TOKEN, form},
};
use actix_multipart::{Field, Multipart};
use actix_session::SessionExt;
use actix_web::{HttpRequest, error::PayloadError, http::header::HeaderMap, web};
use futures_util::{Stream, StreamExt};
use serde::de::DeserializeOwned;
use std::{
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
};

/// Bytes of all fields that are no files, where nobody writes a long text into one.
pub const FIELDS: usize = 64 * 1024;
/// Fields that are no files, and files that are too many: a form has fewer, however long it is.
const PARTS: usize = 1000;
/// Bytes of a file that are kept in memory; the rest goes to the disk.
const IN_MEMORY: usize = 512 * 1024;

/// How much may be sent at once.
#[derive(Debug, Clone, Copy)]
pub struct Most {
    /// Files.
    pub files: usize,
    /// Bytes of one file; what is larger is read and dropped.
    pub bytes: u64,
    /// Bytes of all fields that are no files: [`FIELDS`], or more.
    pub fields: usize,
}

/// What was sent.
#[derive(Debug, Default)]
pub struct Sent {
    fields: Vec<(String, String)>,
    /// The files in their order. Fields of which nothing was chosen are left out.
    pub files: Vec<SentFile>,
    /// Files after the most that may come at once: how many were dropped.
    pub dropped: usize,
}

/// A file that was sent.
#[derive(Debug)]
pub struct SentFile {
    /// The name of the field that it was chosen in.
    pub field: String,
    /// Its name, as the browser says.
    pub name: String,
    content: Content,
}

#[derive(Debug)]
enum Content {
    Memory(Vec<u8>),
    Disk(Scratch),
    TooLarge,
}

impl Sent {
    /// A field's value, without blanks around it; empty where there is none.
    pub fn field(&self, name: &str) -> &str {
        self.fields.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.trim())
    }

    /// All fields that are no files, as a form like any other.
    pub fn form<T: DeserializeOwned>(&self) -> AppResult<T> {
        form::of_fields(self.fields.clone())
    }
}

impl SentFile {
    /// What it holds; `None`: it was larger than allowed. Blocks.
    pub fn read(self) -> AppResult<Option<Vec<u8>>> {
        match self.content {
            Content::Memory(bytes) => Ok(Some(bytes)),
            Content::Disk(scratch) => fs::read(&scratch.path).map(Some).map_err(|error| AppError::Internal(error.into())),
            Content::TooLarge => Ok(None),
        }
    }
}

/// Reads the form, and checks its token. A form without files may come as an ordinary one.
pub async fn read(req: &HttpRequest, payload: web::Payload, most: Most) -> AppResult<Sent> {
    let is_multipart = req.headers().get("content-type").is_some_and(|kind| kind.as_bytes().starts_with(b"multipart/form-data"));
    let sent = if is_multipart {
        let state = req.app_data::<web::Data<State>>().expect("app::build puts the state there");
        read_parts(req.headers(), payload, &state.uploads_dir, most).await?
    } else {
        read_ordinary(payload, most.fields).await?
    };
    if let Some(token) = req.get_session().get::<String>(TOKEN).ok().flatten() {
        form::check_token(sent.field(TOKEN), &token)?;
    }
    Ok(sent)
}

async fn read_ordinary(payload: web::Payload, most: usize) -> AppResult<Sent> {
    let body = payload.to_bytes_limited(most).await.map_err(|_| TOO_LARGE)?.map_err(broken_off)?;
    if form::has_too_many_fields(&body) {
        return Err(TOO_LARGE);
    }
    let fields = serde_html_form::from_bytes(&body).map_err(|_| AppError::BadRequest("This form cannot be read. Load the page again."))?;
    Ok(Sent { fields, ..Sent::default() })
}

/// The parts of a form, and how many bytes of files may still come.
struct Parts {
    parts: Multipart,
    left: u64,
}

/// Reads a form in parts; what is large goes to a file in `folder`.
pub async fn read_parts(
    headers: &HeaderMap,
    payload: impl Stream<Item = Result<web::Bytes, PayloadError>> + 'static,
    folder: &Path,
    most: Most,
) -> AppResult<Sent> {
    // One file more than is allowed, so that a refusal can be told of it.
    let all = most.bytes.saturating_mul(most.files as u64 + 1).saturating_add(1 << 20);
    let mut form = Parts { parts: Multipart::new(headers, payload), left: all };
    let (mut sent, mut left) = (Sent::default(), most.fields);
    while let Some(part) = form.parts.next().await {
        let mut part = part.map_err(broken_off)?;
        let Some(name) = file_name(&part) else {
            let name = part.name().unwrap_or_default().to_owned();
            let value = part.bytes(left).await.map_err(|_| TOO_LARGE)?.map_err(broken_off)?;
            left = left.checked_sub(value.len() + name.len()).ok_or(TOO_LARGE)?;
            if sent.fields.len() >= PARTS {
                return Err(TOO_LARGE);
            }
            sent.fields.push((name, String::from_utf8_lossy(&value).into_owned()));
            continue;
        };
        if sent.files.len() >= most.files {
            sent.dropped += 1;
            if sent.dropped > PARTS {
                return Err(TOO_LARGE);
            }
            while next(&mut part, &mut form.left).await?.is_some() {}
            continue;
        }
        let field = part.name().unwrap_or_default().to_owned();
        let content = read_file(&mut part, most.bytes, &mut form.left, folder).await?;
        let nothing = name.is_empty() && matches!(&content, Content::Memory(bytes) if bytes.is_empty());
        sent.files.extend((!nothing).then_some(SentFile { field, name, content }));
    }
    Ok(sent)
}

/// The name of the file that a part is; `None`: it is a field.
fn file_name(part: &Field) -> Option<String> {
    let told = part.content_disposition()?;
    let exact = told.get_filename_ext().map(|name| String::from_utf8_lossy(&name.value).into_owned());
    exact.or_else(|| told.get_filename().map(str::to_owned))
}

const TOO_LARGE: AppError = AppError::BadRequest("That is too much at once. Send it in parts.");

async fn next(part: &mut Field, left: &mut u64) -> AppResult<Option<web::Bytes>> {
    let Some(piece) = part.next().await else { return Ok(None) };
    let piece = piece.map_err(broken_off)?;
    *left = left.checked_sub(piece.len() as u64).ok_or(TOO_LARGE)?;
    Ok(Some(piece))
}

async fn read_file(part: &mut Field, most: u64, left: &mut u64, folder: &Path) -> AppResult<Content> {
    let (mut waiting, mut scratch, mut size) = (Vec::new(), None, 0);
    while let Some(piece) = next(part, left).await? {
        size += piece.len() as u64;
        if size > most {
            (waiting, scratch) = (Vec::new(), None); // the rest is read and dropped, or the browser would show no answer
            continue;
        }
        waiting.extend_from_slice(&piece);
        if waiting.len() > IN_MEMORY {
            scratch = Some(write(scratch, std::mem::take(&mut waiting), folder).await?);
        }
    }
    match scratch {
        _ if size > most => Ok(Content::TooLarge),
        None => Ok(Content::Memory(waiting)),
        scratch => Ok(Content::Disk(write(scratch, waiting, folder).await?)),
    }
}

async fn write(scratch: Option<Scratch>, bytes: Vec<u8>, folder: &Path) -> AppResult<Scratch> {
    let folder = folder.to_owned();
    let done = move || {
        let mut scratch = scratch.map_or_else(|| Scratch::new(&folder), Ok)?;
        scratch.file.write_all(&bytes)?;
        Ok::<_, std::io::Error>(scratch)
    };
    blocking(move || done().map_err(|error| AppError::Internal(error.into()))).await
}

fn broken_off<E>(_: E) -> AppError {
    AppError::BadRequest("The upload broke off. Send it once more.")
}

/// A file on the disk that is deleted when nobody needs it any more.
#[derive(Debug)]
struct Scratch {
    path: PathBuf,
    file: File,
}

impl Scratch {
    fn new(folder: &Path) -> std::io::Result<Scratch> {
        fs::create_dir_all(folder)?;
        let path = folder.join(format!("{:032x}", rand::random::<u128>()));
        Ok(Scratch { file: File::create_new(&path)?, path })
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_file(&self.path) {
            log::warn!("{} cannot be deleted: {error}", self.path.display());
        }
    }
}
