//! The accent: read from what was typed, made into the tokens of both themes, and held against what is read on it and beside it.
//!
//! Contrast is that of WCAG 2.2 (1.4.3), between colours as screens get them: 8-bit sRGB. Lightness, chroma and hue are those of
//! OKLCH (CSS Color 4). The tokens that an accent meets stand here once more; a test holds them against the style sheet.

use color::{Oklch, OpaqueColor, Srgb, parse_color};
use std::fmt;

/// What text needs (WCAG 2.2, AA).
pub const NEEDED: f32 = 4.5;

/// A colour as screens get it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rgb([u8; 3]);

impl fmt::Display for Rgb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

impl Rgb {
    /// Reads any opaque colour of CSS: `#1a7f5a`, `rebeccapurple`, `oklch(0.5 0.1 160)`.
    pub fn read(typed: &str) -> Option<Rgb> {
        let [red, green, blue, alpha] = parse_color(typed).ok()?.to_alpha_color::<Srgb>().components;
        (alpha >= 1.0).then(|| Rgb::screened([red, green, blue]))
    }

    fn screened(components: [f32; 3]) -> Rgb {
        let rgba = OpaqueColor::<Srgb>::new(components).to_rgba8();
        Rgb([rgba.r, rgba.g, rgba.b])
    }

    /// The nearest colour that a screen has with this lightness and hue; where it has none so strong, a weaker one.
    pub fn of(lightness: f32, chroma: f32, hue: f32) -> Rgb {
        let at = |chroma: f32| OpaqueColor::<Oklch>::new([lightness.clamp(0.0, 1.0), chroma, hue]).convert::<Srgb>().components;
        let shown = |components: [f32; 3]| components.iter().all(|part| (-0.0005..=1.0005).contains(part));
        let (mut least, mut most) = (0.0, chroma);
        if shown(at(chroma)) {
            return Rgb::screened(at(chroma));
        }
        for _ in 0..16 {
            let middle = (least + most) / 2.0;
            if shown(at(middle)) { least = middle } else { most = middle }
        }
        Rgb::screened(at(least))
    }

    fn opaque(self) -> OpaqueColor<Srgb> {
        OpaqueColor::new(self.0.map(|part| f32::from(part) / 255.0))
    }

    /// Lightness (0 to 1), chroma, hue (degrees).
    pub fn oklch(self) -> [f32; 3] {
        self.opaque().convert::<Oklch>().components
    }

    /// The contrast with another colour, from 1 to 21.
    pub fn contrast(self, other: Rgb) -> f32 {
        let (one, other) = (self.opaque().relative_luminance(), other.opaque().relative_luminance());
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }
}

/// One of the two themes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// What an accent meets in a theme, as lightness, chroma and hue.
struct Surroundings {
    paper: [f32; 3],
    sunken: [f32; 3],
    ink: [f32; 3],
    faint: [f32; 3],
}

impl Scheme {
    /// Both.
    pub const ALL: [Scheme; 2] = [Scheme::Light, Scheme::Dark];

    /// The name shown.
    pub fn label(self) -> &'static str {
        if self == Scheme::Light { "light" } else { "dark" }
    }

    /// `--paper`, `--sunken`, `--ink`, `--ink-3` of the style sheet.
    fn surroundings(self) -> Surroundings {
        match self {
            Scheme::Light => Surroundings {
                paper: [0.993, 0.002, 170.0],
                sunken: [0.967, 0.004, 180.0],
                ink: [0.225, 0.018, 200.0],
                faint: [0.515, 0.015, 200.0],
            },
            Scheme::Dark => Surroundings {
                paper: [0.188, 0.009, 195.0],
                sunken: [0.158, 0.008, 195.0],
                ink: [0.935, 0.006, 175.0],
                faint: [0.690, 0.012, 190.0],
            },
        }
    }
}

/// The tokens that are made from an accent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accent {
    /// `--accent`.
    pub accent: Rgb,
    /// `--accent-deep`, under the pointer.
    pub deep: Rgb,
    /// `--accent-soft`, a ground.
    pub soft: Rgb,
    /// `--on-accent`, for text on it.
    pub on: Rgb,
}

impl Accent {
    /// Derives them as the design has it.
    pub fn of(accent: Rgb, scheme: Scheme) -> Accent {
        let [lightness, chroma, hue] = accent.oklch();
        let (deep, soft, on) = match scheme {
            Scheme::Light => ((lightness - 0.08, chroma * 0.84), 0.958, (0.995, 0.003)),
            Scheme::Dark => ((lightness + 0.06, chroma * 0.83), 0.275, (0.20, 0.030_f32.min(chroma))),
        };
        Accent { accent, deep: Rgb::of(deep.0, deep.1, hue), soft: Rgb::of(soft, chroma * 0.25, hue), on: Rgb::of(on.0, on.1, hue) }
    }

    /// Every pair that is read, with its contrast.
    pub fn pairs(&self, scheme: Scheme) -> [(&'static str, f32); 9] {
        let around = scheme.surroundings();
        let [paper, sunken, ink, faint] = [around.paper, around.sunken, around.ink, around.faint].map(|[l, c, h]| Rgb::of(l, c, h));
        [
            ("Links on the page", self.accent.contrast(paper)),
            ("Links on a quiet ground", self.accent.contrast(sunken)),
            ("Links under the pointer", self.deep.contrast(paper)),
            ("Words on the main button", self.on.contrast(self.accent)),
            ("Words on the main button, under the pointer", self.on.contrast(self.deep)),
            ("Text on a marked ground", ink.contrast(self.soft)),
            ("Hints on a marked ground", faint.contrast(self.soft)),
            ("Links on a marked ground", self.accent.contrast(self.soft)),
            ("Links on a marked ground, under the pointer", self.deep.contrast(self.soft)),
        ]
    }

    /// The pair that is read worst.
    pub fn weakest(&self, scheme: Scheme) -> (&'static str, f32) {
        self.pairs(scheme).into_iter().min_by(|one, other| one.1.total_cmp(&other.1)).unwrap_or(("", 21.0))
    }

    /// Whether everything can be read.
    pub fn is_readable(&self, scheme: Scheme) -> bool {
        self.weakest(scheme).1 >= NEEDED
    }
}

/// The accent of the dark theme that goes with one of the light theme: its hue, as light as the design's own.
pub fn dark_of(accent: Rgb) -> Rgb {
    let [_, chroma, hue] = accent.oklch();
    nearest(Rgb::of(0.81, chroma.min(0.115), hue), Scheme::Dark)
}

/// The colour of this hue nearest to a colour with which everything can be read; the colour itself where it can be already.
pub fn nearest(wanted: Rgb, scheme: Scheme) -> Rgb {
    let [lightness, chroma, hue] = wanted.oklch();
    let readable = |colour: &Rgb| Accent::of(*colour, scheme).is_readable(scheme);
    if readable(&wanted) {
        return wanted;
    }
    let tries = (1..=500).flat_map(|step| {
        let by = step as f32 * 0.002;
        // Towards what is read better first.
        if scheme == Scheme::Light { [lightness - by, lightness + by] } else { [lightness + by, lightness - by] }
    });
    let inside = tries.filter(|lightness| (0.0..=1.0).contains(lightness));
    let own = inside.map(|lightness| Rgb::of(lightness, chroma, hue)).find(readable);
    own.unwrap_or_else(|| Rgb::of(if scheme == Scheme::Light { 0.455 } else { 0.81 }, 0.0, hue))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    /// Every colour of the style sheet in both themes.
    fn tokens() -> BTreeMap<String, [[f32; 3]; 2]> {
        let sheet = include_str!("../../static/css/mainstay.css");
        let colour = |text: &str| -> [f32; 3] {
            let inner = text.trim().trim_start_matches("oklch(").trim_end_matches(')');
            let parts: Vec<f32> = inner.split_whitespace().map(|part| part.parse().expect("a number")).collect();
            [parts[0], parts[1], parts[2]]
        };
        let declared = sheet.lines().filter_map(|line| line.trim().strip_prefix("--")?.split_once(':'));
        let pairs = declared.filter_map(|(name, value)| {
            let (light, dark) = value.trim().strip_prefix("light-dark(")?.strip_suffix(");")?.split_once("),")?;
            (light.starts_with("oklch") && !value.contains('/')).then(|| (name.to_owned(), [colour(light), colour(dark)]))
        });
        pairs.collect()
    }

    /// Section 9 of the design: text, ground, contrast in light and dark.
    const TABLE: &str = "
        ink paper 16.7 15.3, ink-2 paper 8.2 9.1, ink-3 paper 5.5 6.7, ink sunken 15.5 16.1, ink-2 sunken 7.6 9.6,
        ink-3 sunken 5.1 7.0, ink-3 raised 5.6 6.2, ink-3 hover 4.9 5.7, accent paper 6.8 10.7, accent sunken 6.3 11.3,
        accent-deep paper 9.6 13.0, on-accent accent 6.8 10.5, on-accent accent-deep 9.7 12.7, ink accent-soft 15.2 12.1,
        ink-3 accent-soft 5.0 5.3, accent accent-soft 6.2 8.5, accent-deep accent-soft 8.7 10.3, danger paper 6.5 8.1,
        danger danger-soft 5.9 6.7, danger sunken 6.0 8.6, on-danger danger 6.5 8.1, warn paper 6.2 10.6, warn warn-soft 5.7 8.3,
        warn raised 6.3 9.9, ink warn-soft 15.5 11.9, ink mark 13.9 7.2, paper ink 16.7 15.3, code-comment sunken 5.2 7.0,
        code-key sunken 7.5 10.1, code-string sunken 6.6 12.0, code-number sunken 6.2 11.3, code-name sunken 7.1 10.5,
        code-type sunken 7.0 11.4, edge raised 3.6 3.7, edge paper 3.5 4.0, edge sunken 3.3 4.2";

    #[test]
    fn contrast_is_what_the_design_has_computed() {
        let tokens = tokens();
        let at = |name: &str, theme: usize| {
            let [l, c, h] = tokens.get(name).unwrap_or_else(|| panic!("no token {name}"))[theme];
            // What a screen does not have is cut off, as browsers do it.
            Rgb::screened(OpaqueColor::<Oklch>::new([l, c, h]).convert::<Srgb>().components)
        };
        for row in TABLE.split(',') {
            let words: Vec<&str> = row.split_whitespace().collect();
            for theme in [0, 1] {
                let contrast = at(words[0], theme).contrast(at(words[1], theme));
                let told: f32 = words[2 + theme].parse().expect("a number");
                assert!((contrast - told).abs() < 0.11, "{row}, theme {theme}: {contrast}");
            }
        }
    }

    #[test]
    fn what_an_accent_meets_is_what_the_style_sheet_has() {
        let tokens = tokens();
        for (theme, scheme) in Scheme::ALL.into_iter().enumerate() {
            let around = scheme.surroundings();
            for (name, colour) in [("paper", around.paper), ("sunken", around.sunken), ("ink", around.ink), ("ink-3", around.faint)] {
                assert_eq!(tokens[name][theme], colour, "{name} {}", scheme.label());
            }
        }
    }

    #[test]
    fn the_design_s_own_accent_is_readable_and_gives_its_own_tokens() {
        for (scheme, own) in [(Scheme::Light, [0.455, 0.095, 167.0]), (Scheme::Dark, [0.81, 0.115, 167.0])] {
            let accent = Accent::of(Rgb::of(own[0], own[1], own[2]), scheme);
            assert!(accent.is_readable(scheme), "{:?}", accent.pairs(scheme));
            let deep = if scheme == Scheme::Light { Rgb::of(0.375, 0.080, 167.0) } else { Rgb::of(0.870, 0.095, 167.0) };
            assert!(accent.deep.contrast(deep) < 1.03, "{} {}", accent.deep, deep);
        }
    }

    #[test]
    fn any_colour_has_a_nearest_that_can_be_read_and_keeps_its_hue() {
        for typed in ["#ffff00", "#ff0000", "#00ff00", "#0000ff", "#ffffff", "#000000", "#808080", "#ff69b4", "#7fffd4", "rebeccapurple"] {
            let colour = Rgb::read(typed).expect(typed);
            for scheme in Scheme::ALL {
                let near = nearest(colour, scheme);
                assert!(Accent::of(near, scheme).is_readable(scheme), "{typed} {}: {near}", scheme.label());
                let ([_, strong, hue], [_, chroma, kept]) = (colour.oklch(), near.oklch());
                let apart = (hue - kept).abs().min(360.0 - (hue - kept).abs());
                assert!(strong < 0.02 || chroma < 0.03 || apart < 8.0, "{typed} {}: {hue} became {kept}", scheme.label());
            }
            assert!(Accent::of(dark_of(colour), Scheme::Dark).is_readable(Scheme::Dark), "{typed}");
        }
        let fine = Rgb::read("#1b5e4a").expect("a colour");
        assert_eq!(nearest(fine, Scheme::Light), fine);
    }

    #[test]
    fn colours_are_read_as_css_writes_them() {
        let read = |typed: &str| Rgb::read(typed).map(|colour| colour.to_string());
        assert_eq!(read("#1A7F5a").as_deref(), Some("#1a7f5a"));
        assert_eq!(read("#abc").as_deref(), Some("#aabbcc"));
        assert_eq!(read("rebeccapurple").as_deref(), Some("#663399"));
        assert_eq!(read("rgb(255 0 0)").as_deref(), Some("#ff0000"));
        assert_eq!(
            [read(""), read("greenish"), read("#12345"), read("#11223344"), read("transparent"), read("red; x")],
            [const { None }; 6]
        );
    }
}
