//! Whether pictures are larger than a page can show.

use super::super::{super::model::gate::Smaller, Check, Fault, Subject};
use crate::site::page::weight;

/// Bytes above which a picture is heavy.
const HEAVIEST: i64 = 1_000_000;
/// Pixels of the longer side; the widest column has 1,472 on a screen of double density.
const LARGEST: i32 = 4000;

/// Pictures are not larger than they need be.
pub struct LargePictures;

impl Check for LargePictures {
    fn key(&self) -> &'static str {
        "large_pictures"
    }

    fn name(&self) -> &'static str {
        "Pictures that are too large"
    }

    fn explanation(&self) -> &'static str {
        "A picture of which readers load more than 1 MB, or more than 4,000 pixels along one side, keeps them waiting for what no screen shows. Photos are made smaller here; drawings and what moves are loaded as they are."
    }

    fn run(&self, subject: &Subject) -> Vec<Fault> {
        let mut faults = Vec::new();
        for (file, passage) in subject.kept_pictures() {
            let Some(bytes) = file.loaded() else { continue };
            let is_drawing = file.content_type == "image/svg+xml" || file.renditions != Smaller::None;
            let size = file.width.zip(file.height).filter(|(width, height)| !is_drawing && (*width).max(*height) > LARGEST);
            let name: String = file.name.chars().take(60).collect();
            if bytes > HEAVIEST {
                let mend = "A picture as wide as the text needs hardly more than 300 kB. Make it smaller, and name the smaller one.";
                faults.push(Fault::at(passage, format!("{name} has {}", weight(bytes)), mend));
            } else if let Some((width, height)) = size {
                let mend = "The page shows 1,500 across at most. Make it smaller, and name the smaller one.";
                faults.push(Fault::at(passage, format!("{name} has {width} × {height} pixels"), mend));
            }
        }
        faults
    }
}
