//! Where files come from: a folder, or a folder inside the program. Paths are relative and written with `/`.

use crate::error::AnyResult;
use include_dir::Dir;
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// A tree of files.
#[derive(Debug, Clone)]
pub enum Source {
    /// On disk.
    Folder(PathBuf),
    /// In the program.
    Embedded(&'static Dir<'static>),
}

/// What a tree holds, in a fixed order.
#[derive(Debug, Default)]
pub struct Listing {
    /// Every file but hidden ones.
    pub files: Vec<String>,
    /// What cannot be read, and why.
    pub refused: Vec<(String, String)>,
}

impl Source {
    /// Lists the tree. Symbolic links are not followed: they could lead out of it, or round and round.
    pub fn list(&self) -> AnyResult<Listing> {
        let mut listing = Listing::default();
        match self {
            Source::Folder(root) => {
                walk(root, "", &mut listing).map_err(|error| format!("{} cannot be read: {error}", root.display()))?;
            }
            Source::Embedded(root) => embedded(root, &mut listing.files),
        }
        listing.files.sort();
        Ok(listing)
    }

    /// The bytes of a file, unless there are more than `most`.
    pub fn read(&self, path: &str, most: usize) -> Result<Vec<u8>, String> {
        let bytes = match self {
            Source::Folder(root) => {
                let place = root.join(path);
                let size = fs::metadata(&place).map_err(|error| unreadable(&error))?.len();
                if size > most as u64 {
                    return Err(too_large(most));
                }
                fs::read(place).map_err(|error| unreadable(&error))?
            }
            Source::Embedded(root) => root.get_file(path).ok_or("it is not there")?.contents().to_vec(),
        };
        if bytes.len() > most { Err(too_large(most)) } else { Ok(bytes) }
    }

    /// Names the tree, so that a repeated import finds what it brought before.
    pub fn name(&self) -> String {
        match self {
            Source::Folder(root) => fs::canonicalize(root).unwrap_or_else(|_| root.clone()).to_string_lossy().into_owned(),
            Source::Embedded(root) => format!("embedded:{}", root.path().display()),
        }
    }
}

fn unreadable(error: &io::Error) -> String {
    format!("it cannot be read: {error}")
}

fn too_large(most: usize) -> String {
    format!("it is larger than {} MB", most / (1024 * 1024))
}

fn walk(root: &Path, below: &str, listing: &mut Listing) -> io::Result<()> {
    for item in fs::read_dir(root.join(below))? {
        let item = item?;
        let name = item.file_name();
        let Some(name) = name.to_str() else {
            listing.refused.push((format!("{below}{}", name.to_string_lossy()), "its name is not UTF-8".to_owned()));
            continue;
        };
        if name.starts_with('.') {
            continue;
        }
        let (path, kind) = (format!("{below}{name}"), item.file_type()?);
        if kind.is_dir() {
            if let Err(error) = walk(root, &format!("{path}/"), listing) {
                listing.refused.push((path, unreadable(&error)));
            }
        } else if kind.is_file() {
            listing.files.push(path);
        } else {
            listing.refused.push((path, "it is a symbolic link or no file".to_owned()));
        }
    }
    Ok(())
}

fn embedded(dir: &Dir<'_>, files: &mut Vec<String>) {
    files.extend(dir.files().filter_map(|file| Some(file.path().to_str()?.to_owned())));
    for below in dir.dirs() {
        embedded(below, files);
    }
}

/// Whether this is a text in Markdown.
pub fn is_markdown(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, ending)| ["md", "markdown", "mdown", "mkd"].contains(&ending.to_ascii_lowercase().as_str()))
}

/// The folder of a file; empty at the top.
pub fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The name of a file without its folder.
pub fn name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

/// The name of a file without folder and ending.
pub fn stem(path: &str) -> &str {
    let name = name(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// Follows a relative address from a folder; `None` when it leads out of the tree.
pub fn join(folder: &str, relative: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_fall_into_folder_and_name() {
        assert_eq!((folder("a/b/c.md"), name("a/b/c.md"), stem("a/b/c.md")), ("a/b", "c.md", "c"));
        assert_eq!((folder("c.md"), stem("Rust-1.0.md")), ("", "Rust-1.0"));
        assert!(is_markdown("a/B.MD") && is_markdown("x.markdown") && !is_markdown("md") && !is_markdown("a.md.png"));
    }

    #[test]
    fn relative_addresses_stay_in_the_tree() {
        assert_eq!(join("posts", "../img/./x.svg").as_deref(), Some("img/x.svg"));
        assert_eq!(join("", "a//b.md").as_deref(), Some("a/b.md"));
        assert_eq!(join("posts", "../../etc/passwd"), None);
    }
}
