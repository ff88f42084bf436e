//! How large files may be, as the site's settings say.

use super::inspect::Limits;
use crate::site::SiteSettings;

impl Limits {
    /// What people may upload.
    pub fn of(site: &SiteSettings) -> Limits {
        Limits { bytes: site.upload_mb * 1_000_000, pixels: site.upload_megapixels * 1_000_000 }
    }

    /// Why a file is not taken that was not even read whole.
    pub fn too_large(&self) -> String {
        format!("It is larger than {} MB. Make it smaller, or ask an admin to raise the limit in the settings.", self.bytes / 1_000_000)
    }
}
