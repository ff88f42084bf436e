//! Style sheets, scripts, fonts and pictures of the program: where they lie and how pages name them.
//!
//! `static/` is served by actix-files. A page names a file by the hash of its content (`/static/css/mainstay.css?v=…`), and
//! such an address may be kept for a year; a new content has a new address.

use sha2::{Digest, Sha256};
use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

/// The addresses of all files under `static/`.
#[derive(Debug, Default)]
pub struct Assets {
    root: PathBuf,
    versions: BTreeMap<String, String>,
}

impl Assets {
    /// Reads and hashes every file once, at start.
    pub fn load(root: &Path) -> io::Result<Assets> {
        let mut versions = BTreeMap::new();
        let mut folders = vec![root.to_owned()];
        while let Some(folder) = folders.pop() {
            for item in fs::read_dir(&folder)? {
                let path = item?.path();
                if path.is_dir() {
                    folders.push(path);
                } else if let Ok(name) = path.strip_prefix(root) {
                    let hash = Sha256::digest(fs::read(&path)?);
                    let version: String = hash[..5].iter().map(|byte| format!("{byte:02x}")).collect();
                    versions.insert(name.to_string_lossy().replace('\\', "/"), version);
                }
            }
        }
        Ok(Assets { root: root.to_owned(), versions })
    }

    /// The folder they lie in.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The address of a file, e.g. of `css/mainstay.css`.
    pub fn url(&self, name: &str) -> String {
        match self.versions.get(name) {
            Some(version) => format!("/static/{name}?v={version}"),
            None => format!("/static/{name}"),
        }
    }
}

/// Where `static/` may be: given, in the working directory, or beside the program as an installed copy has it.
pub fn find(given: Option<&Path>) -> Option<PathBuf> {
    let beside = std::env::current_exe().ok().and_then(|exe| Some(exe.parent()?.parent()?.join("share/mainstay/static")));
    let candidates = given.map(Path::to_owned).map_or_else(|| vec![Some(PathBuf::from("static")), beside], |path| vec![Some(path)]);
    candidates.into_iter().flatten().find(|path| path.join("css/mainstay.css").is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_by_its_content() {
        let folder = std::env::temp_dir().join(format!("mainstay-assets-{}", std::process::id()));
        fs::create_dir_all(folder.join("css")).expect("a temporary folder");
        fs::write(folder.join("css/a.css"), "a{}").expect("a temporary file");
        let first = Assets::load(&folder).expect("readable").url("css/a.css");
        fs::write(folder.join("css/a.css"), "b{}").expect("a temporary file");
        let second = Assets::load(&folder).expect("readable").url("css/a.css");
        fs::remove_dir_all(&folder).expect("ours");
        assert!(first.starts_with("/static/css/a.css?v=") && first != second);
    }
}
