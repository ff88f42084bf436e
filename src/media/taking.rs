//! A file that somebody has sent comes into the library, whichever form it was sent by.

use super::{
    inspect::{Format, Limits, inspect},
    model::{
        adding::{self, Added, Upload},
        folder::{Folder, FolderId},
    },
};
use crate::{
    error::{AppError, AppResult},
    web::{blocking::blocking, ctx::Ctx, upload::SentFile},
};

/// Looks at a file and brings it in, if it is one of these formats; else the sentence says why not.
pub async fn take(
    ctx: &Ctx,
    file: SentFile,
    limits: Limits,
    folder: FolderId,
    formats: &'static [Format],
) -> AppResult<Result<Added, String>> {
    let (db, storage, actor, now) = (ctx.db.clone(), ctx.state.storage.clone(), ctx.actor(), ctx.now());
    blocking(move || {
        let name = file.name.clone();
        let Some(bytes) = file.read()? else { return Ok(Err(limits.too_large())) };
        let found = match inspect(&bytes, &name, limits) {
            Ok(found) if formats.contains(&found.format) => found,
            Ok(other) => return Ok(Err(format!("It is {}; taken here are {}.", other.format.label(), labels(formats)))),
            Err(refusal) => return Ok(Err(refusal.0)),
        };
        let upload = Upload { folder, ..Upload::new(&name, &found) };
        storage.keep(&upload.storage_key(), &found.bytes).map_err(AppError::Internal)?;
        match db.write_here(|conn| {
            Folder::find(conn, folder).map_err(|_| AppError::invalid("folder", "That folder is gone. Choose another one."))?;
            adding::add(conn, &storage, &upload, &actor, now)
        }) {
            Ok(added) => Ok(Ok(added)),
            Err(AppError::Invalid(errors)) => Ok(Err(errors.fields().map(|(_, sentence)| sentence).collect())),
            Err(other) => Err(other),
        }
    })
    .await
}

/// `SVG, PNG and JPEG`.
pub fn labels(formats: &[Format]) -> String {
    let labels: Vec<&str> = formats.iter().map(|format| format.label()).collect();
    match labels.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => labels.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_told_as_a_list() {
        assert_eq!(labels(&[Format::Svg, Format::Png, Format::Jpeg]), "SVG, PNG and JPEG");
        assert_eq!((labels(&[Format::Svg]), labels(&[])), ("SVG".to_owned(), String::new()));
    }
}
