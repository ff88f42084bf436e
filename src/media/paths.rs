//! Addresses of files and of their renditions.

/// Whether an address can be one of a file.
pub fn is_file(address: &str) -> bool {
    address.starts_with("/files/") && address.len() <= 255 && address.is_ascii()
}

/// A rendition, by its folder and its name.
pub fn rendition(folder: &str, name: &str) -> String {
    format!("/pictures/{folder}/{name}")
}
