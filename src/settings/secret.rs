//! Values that must never be shown: printed they are three stars.
//!
//! Each comes from the environment or, where that would be read by others, from a file named in `…_FILE`.

use super::filled;
use std::fmt;

/// A value that is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The value itself.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(value: String) -> Secret {
        Secret(value)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// The value as given, or what the file holds; `wrong` is told when that cannot be read.
pub(super) fn read(
    value: &Option<Secret>,
    file: &Option<String>,
    name: &'static str,
    wrong: &mut impl FnMut(&'static str, String),
) -> Option<Secret> {
    if let Some(path) = filled(file.as_ref()) {
        return match std::fs::read_to_string(path) {
            Ok(text) => Some(Secret(text.trim().to_owned())),
            Err(error) => {
                wrong(name, format!("{path} cannot be read ({error}). Name a file that this user may read."));
                None
            }
        };
    }
    let text = value.as_ref()?.reveal().trim();
    (!text.is_empty()).then(|| Secret(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_never_printed_whoever_holds_it() {
        #[derive(Debug)]
        struct Holder {
            #[allow(dead_code, reason = "only printed")]
            inner: Option<Secret>,
        }
        let holder = Holder { inner: Some(Secret::from("hunter2".to_owned())) };
        assert_eq!(format!("{holder:?}"), "Holder { inner: Some(***) }");
    }

    #[test]
    fn the_file_goes_before_the_environment_and_blanks_are_nothing() {
        let path = std::env::temp_dir().join(format!("mainstay-secret-{}", std::process::id()));
        std::fs::write(&path, "  from-the-file\n").expect("written");
        let file = Some(path.to_string_lossy().into_owned());
        let given = Some(Secret::from("given".to_owned()));
        let mut told = Vec::new();
        let mut wrong = |name: &'static str, remedy: String| told.push((name, remedy));
        assert_eq!(read(&given, &file, "X_FILE", &mut wrong).map(|it| it.0), Some("from-the-file".to_owned()));
        assert_eq!(read(&given, &None, "X_FILE", &mut wrong).map(|it| it.0), Some("given".to_owned()));
        assert_eq!(read(&Some(Secret::from("  ".to_owned())), &None, "X_FILE", &mut wrong), None);
        std::fs::remove_file(&path).expect("removed");
        assert_eq!(read(&given, &file, "X_FILE", &mut wrong), None);
        assert_eq!(told.len(), 1);
        assert!(!told[0].1.contains("given"));
    }
}
