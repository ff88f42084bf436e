//! QR codes as one path of an SVG: black where the code is dark.

use qrcode::{Color, EcLevel, QrCode};

/// Modules of blank around the code (ISO/IEC 18004 asks for four).
const MARGIN: usize = 4;

/// A code to be drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Qr {
    /// Width and height, margin included.
    pub side: usize,
    /// The `d` of a path: a bar for each run of dark modules.
    pub path: String,
}

impl Qr {
    /// Encodes a text; `None`: it is too long for a code.
    pub fn of(text: &str) -> Option<Qr> {
        let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
        let width = code.width();
        let path = code.to_colors().chunks(width).enumerate().map(|(row, colors)| bars(row, colors)).collect();
        Some(Qr { side: width + 2 * MARGIN, path })
    }
}

fn bars(row: usize, colors: &[Color]) -> String {
    let (mut out, mut column) = (String::new(), 0);
    for run in colors.chunk_by(|one, other| one == other) {
        if run[0] == Color::Dark {
            out.push_str(&format!("M{} {}h{}v1h-{}z", column + MARGIN, row + MARGIN, run.len(), run.len()));
        }
        column += run.len();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_begins_with_its_finder_pattern() {
        let qr = Qr::of("otpauth://totp/x").unwrap();
        assert!(qr.path.starts_with("M4 4h7v1h-7z"), "{}", qr.path);
        assert_eq!(qr.side, 25 + 8);
        assert_eq!(Qr::of(&"x".repeat(5000)), None);
    }
}
