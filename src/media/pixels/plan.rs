//! Which renditions a picture has: told by its size, its format and its focal point alone, so that a page can name them all
//! without looking them up.
//!
//! | Crop | Shape | Widths | Formats |
//! |---|---|---|---|
//! | whole | as it is | 320 480 640 960 1280 1600 1920 2560, and its own | AVIF, WebP, JPEG or PNG |
//! | card | 3 : 2 around the focal point | 160 320 480 640 960 1280 | the same |
//! | share | 1200 × 630 around the focal point | 1200 | JPEG, which every service reads |
//! | icon | square around the focal point | 32 180 192 512 | PNG; of the site's icon only |
//!
//! None is wider than what it is made from. The widths of an icon are those that tabs, Apple's home screens (180) and installed sites
//! (192, 512) ask for.

use crate::media::inspect::Format;

const WHOLE: &[u32] = &[320, 480, 640, 960, 1280, 1600, 1920, 2560];
const CARD: &[u32] = &[160, 320, 480, 640, 960, 1280];
const SHARE: &[u32] = &[1200];
const ICON: &[u32] = &[32, 180, 192, 512];

/// What of a picture a rendition shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Crop {
    /// All of it.
    Whole,
    /// For lists, three to two.
    Card,
    /// For previews of links elsewhere (Open Graph), 1200 to 630.
    Share,
    /// For tabs, bookmarks and home screens, square.
    Icon,
}

impl Crop {
    /// Its word, in addresses and in the table.
    pub fn word(self) -> &'static str {
        match self {
            Crop::Whole => "whole",
            Crop::Card => "card",
            Crop::Share => "share",
            Crop::Icon => "icon",
        }
    }

    /// Its shape, where it has one of its own: so much to so much.
    fn shape(self) -> Option<(u32, u32)> {
        match self {
            Crop::Whole => None,
            Crop::Card => Some((3, 2)),
            Crop::Share => Some((1200, 630)),
            Crop::Icon => Some((1, 1)),
        }
    }

    fn widths(self) -> &'static [u32] {
        match self {
            Crop::Whole => WHOLE,
            Crop::Card => CARD,
            Crop::Share => SHARE,
            Crop::Icon => ICON,
        }
    }
}

/// What crops keep in sight: thousandths of the width and of the height.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Focus {
    /// From the left.
    pub x: i32,
    /// From the top.
    pub y: i32,
}

impl Default for Focus {
    fn default() -> Focus {
        Focus { x: 500, y: 500 }
    }
}

/// A picture as far as its renditions depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// Of the original, in pixels.
    pub width: u32,
    /// Of the original, in pixels.
    pub height: u32,
    /// Of the original.
    pub format: Format,
    /// What crops keep.
    pub focus: Focus,
    /// Whether it is the icon of the site, which has crops of its own.
    pub icon: bool,
}

/// One rendition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spec {
    /// What it shows.
    pub crop: Crop,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// AVIF, WebP, JPEG or PNG.
    pub format: Format,
}

impl Plan {
    /// The plan of a picture that has renditions: a JPEG, PNG or WebP that does not move.
    pub fn of(format: Format, width: i32, height: i32, frames: i32, focus: Focus) -> Option<Plan> {
        let (width, height) = (u32::try_from(width).ok()?, u32::try_from(height).ok()?);
        let fits = matches!(format, Format::Jpeg | Format::Png | Format::WebP) && frames == 1 && width > 0 && height > 0;
        // A strip a few pixels high would vanish when it is made smaller.
        let is_strip = width.max(height) / width.min(height).max(1) > 50;
        let is_too_large = u64::from(width) * u64::from(height) > super::decode::MOST;
        (fits && !is_strip && !is_too_large).then_some(Plan { width, height, format, focus, icon: false })
    }

    /// What is shown of it.
    pub(super) fn crops(&self) -> impl Iterator<Item = Crop> + use<> {
        let icon = self.icon.then_some(Crop::Icon);
        [Crop::Whole, Crop::Card, Crop::Share].into_iter().chain(icon)
    }

    /// The formats, those that browsers should choose first.
    pub fn formats(&self) -> [Format; 3] {
        [Format::Avif, Format::WebP, self.fallback()]
    }

    /// What every browser reads: PNG of a PNG, else JPEG.
    pub fn fallback(&self) -> Format {
        if self.format == Format::Png { Format::Png } else { Format::Jpeg }
    }

    /// The largest rectangle of the crop's shape in a picture of this size: left, top, width, height. Its middle is the focal point
    /// as nearly as the edges allow.
    pub(super) fn cut(&self, crop: Crop, width: u32, height: u32) -> (f64, f64, f64, f64) {
        let (whole_width, whole_height) = (f64::from(width), f64::from(height));
        let Some((across, down)) = crop.shape() else { return (0.0, 0.0, whole_width, whole_height) };
        let shape = f64::from(across) / f64::from(down);
        let (width, height) =
            if whole_width / whole_height > shape { (whole_height * shape, whole_height) } else { (whole_width, whole_width / shape) };
        let place = |part: i32, all: f64, cut: f64| (f64::from(part.clamp(0, 1000)) / 1000.0 * all - cut / 2.0).clamp(0.0, all - cut);
        (place(self.focus.x, whole_width, width), place(self.focus.y, whole_height, height), width, height)
    }

    /// Width and height of each rendition of a crop, the smallest first: the steps below what there is, and all there is where the
    /// last step is wider.
    pub fn sizes(&self, crop: Crop) -> Vec<(u32, u32)> {
        let (_, _, width, height) = self.cut(crop, self.width, self.height);
        let own = (width.floor() as u32).max(1);
        let mut widths: Vec<u32> = crop.widths().iter().copied().filter(|step| *step < own).collect();
        if widths.len() < crop.widths().len() {
            widths.push(own);
        }
        let (across, down) = crop.shape().map_or((width, height), |(across, down)| (f64::from(across), f64::from(down)));
        widths.into_iter().map(|width| (width, ((f64::from(width) * down / across).round() as u32).max(1))).collect()
    }

    /// The renditions of a crop of this size, one for each format.
    pub fn at(&self, crop: Crop, (width, height): (u32, u32)) -> Vec<Spec> {
        let formats = self.formats();
        let formats = match crop {
            Crop::Share => &[Format::Jpeg][..],
            Crop::Icon => &[Format::Png][..],
            Crop::Whole | Crop::Card => &formats[..],
        };
        formats.iter().map(|format| Spec { crop, width, height, format: *format }).collect()
    }

    /// Every rendition.
    pub fn all(&self) -> Vec<Spec> {
        self.crops().flat_map(|crop| self.sizes(crop).into_iter().flat_map(move |size| self.at(crop, size))).collect()
    }

    /// A size of the whole picture from which every rendition can be made without loss.
    pub(super) fn enough(&self) -> Option<(u32, u32)> {
        let needed = self.crops().filter_map(|crop| {
            let (_, _, width, _) = self.cut(crop, self.width, self.height);
            let widest = self.sizes(crop).last()?.0;
            Some(f64::from(widest) / width)
        });
        let scale = needed.fold(0.0, f64::max);
        (scale > 0.0 && scale < 1.0).then(|| {
            let side = |side: u32| ((f64::from(side) * scale).ceil() as u32).max(1);
            (side(self.width), side(self.height))
        })
    }

    /// The last part of the address of a rendition; that of a crop has the focal point, so that it never changes its bytes.
    pub fn name(&self, spec: &Spec) -> String {
        let ending = spec.format.endings()[0];
        match spec.crop {
            Crop::Whole => format!("{}.{ending}", spec.width),
            crop => format!("{}-{}-{}-{}.{ending}", crop.word(), self.focus.x, self.focus.y, spec.width),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(format: Format, width: i32, height: i32) -> Plan {
        Plan::of(format, width, height, 1, Focus::default()).unwrap()
    }

    fn widths(plan: &Plan, crop: Crop) -> Vec<u32> {
        plan.sizes(crop).into_iter().map(|(width, _)| width).collect()
    }

    #[test]
    fn no_rendition_is_wider_than_the_original() {
        assert_eq!(widths(&plan(Format::Jpeg, 4000, 3000), Crop::Whole), WHOLE);
        assert_eq!(widths(&plan(Format::Jpeg, 2560, 100), Crop::Whole), WHOLE);
        assert_eq!(widths(&plan(Format::Jpeg, 1000, 800), Crop::Whole), [320, 480, 640, 960, 1000]);
        assert_eq!(widths(&plan(Format::Png, 24, 24), Crop::Whole), [24]);
        assert_eq!(widths(&plan(Format::Png, 24, 24), Crop::Card), [24]);
        assert_eq!(plan(Format::Jpeg, 900, 900).sizes(Crop::Card), [(160, 107), (320, 213), (480, 320), (640, 427), (900, 600)]);
        assert_eq!(plan(Format::Jpeg, 4000, 3000).sizes(Crop::Share), [(1200, 630)]);
        assert_eq!(plan(Format::Jpeg, 600, 600).sizes(Crop::Share), [(600, 315)]);
        assert_eq!(plan(Format::Jpeg, 1920, 1080).sizes(Crop::Whole).last(), Some(&(1920, 1080)));
    }

    #[test]
    fn crops_keep_the_focal_point_and_stay_inside() {
        let cut = |x, y, width: u32, height: u32| {
            let plan = plan(Format::Jpeg, width as i32, height as i32);
            Plan { focus: Focus { x, y }, ..plan }.cut(Crop::Card, width, height)
        };
        assert_eq!(cut(500, 500, 3000, 1000), (750.0, 0.0, 1500.0, 1000.0));
        assert_eq!(cut(0, 500, 3000, 1000), (0.0, 0.0, 1500.0, 1000.0));
        assert_eq!(cut(1000, 0, 3000, 1000), (1500.0, 0.0, 1500.0, 1000.0));
        assert_eq!(cut(500, 900, 1000, 2000), (0.0, 2000.0 - 1000.0 / 1.5, 1000.0, 1000.0 / 1.5));
        assert_eq!(cut(-5, 4000, 3000, 1000), (0.0, 0.0, 1500.0, 1000.0));
    }

    #[test]
    fn what_moves_or_is_drawn_has_no_renditions() {
        let of = |format, width, height, frames| Plan::of(format, width, height, frames, Focus::default()).is_some();
        assert!(!of(Format::Gif, 100, 100, 1) && !of(Format::Svg, 100, 100, 1) && !of(Format::Avif, 100, 100, 1));
        assert!(!of(Format::WebP, 100, 100, 2) && !of(Format::Jpeg, 0, 1, 1) && !of(Format::Png, 10_000, 3, 1));
        assert!(of(Format::WebP, 100, 100, 1));
    }

    #[test]
    fn what_all_are_made_from_is_large_enough() {
        assert_eq!(plan(Format::Jpeg, 4000, 3000).enough(), Some((2560, 1920)));
        assert_eq!(plan(Format::Jpeg, 1000, 800).enough(), None);
        assert_eq!(plan(Format::Jpeg, 8000, 1000).enough(), Some((6827, 854)), "the card is cut out of its height");
    }

    #[test]
    fn the_icon_of_the_site_is_cut_square_in_the_sizes_that_are_asked_for() {
        let icon = |width, height| Plan { icon: true, ..plan(Format::Jpeg, width, height) };
        assert_eq!(icon(4000, 3000).sizes(Crop::Icon), [(32, 32), (180, 180), (192, 192), (512, 512)]);
        assert_eq!(icon(64, 48).sizes(Crop::Icon), [(32, 32), (48, 48)], "nothing is made larger");
        let names: Vec<String> = icon(600, 600).all().iter().map(|spec| icon(600, 600).name(spec)).collect();
        assert_eq!(
            names[names.len() - 4..],
            ["icon-500-500-32.png", "icon-500-500-180.png", "icon-500-500-192.png", "icon-500-500-512.png"]
        );
    }

    #[test]
    fn addresses_name_what_they_show() {
        let plan = Plan { focus: Focus { x: 250, y: 1000 }, ..plan(Format::Png, 4000, 3000) };
        let named: Vec<String> = plan.all().iter().map(|spec| plan.name(spec)).collect();
        assert_eq!(named.len(), 8 * 3 + 6 * 3 + 1);
        assert_eq!((named[0].as_str(), named[2].as_str()), ("320.avif", "320.png"));
        assert_eq!((named[24].as_str(), named[42].as_str()), ("card-250-1000-160.avif", "share-250-1000-1200.jpg"));
        assert_eq!(named.iter().collect::<std::collections::HashSet<_>>().len(), named.len());
    }
}
