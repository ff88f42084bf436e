//! The one style sheet of pages for visitors: that of the program, with the look in it.

use super::colour::{Accent, Rgb, Scheme, dark_of};
use crate::{
    site::look::{Fonts, Look},
    web::assets::Assets,
};
use std::{fmt::Write, fs, io};

/// The whole sheet. Fonts keep their addresses wherever it is served.
pub fn write(assets: &Assets, look: &Look) -> io::Result<String> {
    let base = fs::read_to_string(assets.root().join("css/mainstay.css"))?;
    Ok(format!("{}\n{}", base.replace("url(\"../fonts/", "url(\"/static/fonts/"), own(look)))
}

/// What differs from the sheet of the program.
fn own(look: &Look) -> String {
    let mut tokens = String::new();
    if let Some((light, dark)) = accents(look) {
        for (name, light, dark) in [
            ("accent", light.accent, dark.accent),
            ("accent-deep", light.deep, dark.deep),
            ("accent-soft", light.soft, dark.soft),
            ("on-accent", light.on, dark.on),
        ] {
            let _ = write!(tokens, " --{name}: light-dark({light}, {dark});"); // writing to memory does not fail
        }
    }
    tokens.push_str(families(look.fonts));
    let mut sheet = String::new();
    if !tokens.is_empty() {
        let _ = writeln!(sheet, "@layer tokens {{ :root {{{tokens} }} }}");
    }
    if !matches!(look.fonts, Fonts::Mixed | Fonts::Serif) {
        sheet.push_str("@layer base { body { font-synthesis: style; } }\n"); // these have no italic of their own
    }
    if !look.css.is_empty() {
        let _ = writeln!(sheet, "@layer own {{\n{}\n}}", look.css);
    }
    sheet
}

/// The accent in both themes, where it is not the design's own.
fn accents(look: &Look) -> Option<(Accent, Accent)> {
    let chosen = !look.accent.is_empty() || !look.accent_dark.is_empty();
    chosen.then(|| accents_or_own(look))
}

/// The accent in both themes; the design's own where nothing was chosen.
pub fn accents_or_own(look: &Look) -> (Accent, Accent) {
    let (light, dark) = (Rgb::read(&look.accent), Rgb::read(&look.accent_dark));
    let own = Rgb::of(0.455, 0.095, 167.0);
    let dark = dark.unwrap_or_else(|| light.map_or_else(|| Rgb::of(0.81, 0.115, 167.0), dark_of));
    (Accent::of(light.unwrap_or(own), Scheme::Light), Accent::of(dark, Scheme::Dark))
}

/// Both families, each with fallbacks of the same width, so that nothing moves when a font arrives.
fn families(fonts: Fonts) -> &'static str {
    match fonts {
        Fonts::Mixed => "",
        Fonts::Serif => " --ui: var(--text);",
        Fonts::Sans => " --text: var(--ui);",
        Fonts::SystemSerif => {
            " --text: ui-serif, Charter, \"Bitstream Charter\", \"Iowan Old Style\", Cambria, Georgia, serif; --ui: system-ui, \"Segoe UI\", Roboto, sans-serif;"
        }
        Fonts::SystemSans => " --ui: system-ui, \"Segoe UI\", Roboto, sans-serif; --text: var(--ui);",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_chosen_is_written() {
        assert_eq!(own(&Look::default()), "");
        let look = Look { accent: "#1b4f8f".to_owned(), ..Look::default() };
        let sheet = own(&look);
        assert!(sheet.starts_with("@layer tokens { :root { --accent: light-dark(#1b4f8f, #") && !sheet.contains("--text"), "{sheet}");
        let look = Look { fonts: Fonts::Sans, css: "a { color: red }".to_owned(), ..Look::default() };
        let sheet = own(&look);
        assert!(
            sheet.contains("--text: var(--ui)") && sheet.contains("@layer own {\na { color: red }\n}") && !sheet.contains("--accent"),
            "{sheet}"
        );
    }
}
