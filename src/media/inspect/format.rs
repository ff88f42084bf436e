//! The formats that are taken, with what they are served as and how their names end.

use crate::media::model::file::Kind;

/// What the bytes of a file are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// ISO/IEC 10918.
    Jpeg,
    /// Portable Network Graphics, animated ones too.
    Png,
    /// `GIF87a` and `GIF89a`.
    Gif,
    /// RIFF with VP8, VP8L or an animation.
    WebP,
    /// AV1 Image File Format.
    Avif,
    /// Scalable Vector Graphics, sanitised.
    Svg,
    /// Portable Document Format.
    Pdf,
    /// MPEG audio, layer III.
    Mp3,
    /// ISO base media file with film or sound.
    Mp4,
    /// Matroska for the web.
    WebM,
    /// An archive.
    Zip,
    /// Comma-separated values in UTF-8.
    Csv,
    /// Plain text in UTF-8.
    Text,
}

use Format::{Avif, Csv, Gif, Jpeg, Mp3, Mp4, Pdf, Png, Svg, Text, WebM, WebP, Zip};

/// What people are told when a file is of another kind.
pub const TAKEN: &str =
    "pictures (JPEG, PNG, GIF, WebP, AVIF, SVG), PDF, MP3 sound, MP4 and WebM films, ZIP archives, and plain text and CSV in UTF-8";

impl Format {
    /// Every format.
    pub const ALL: &[Format] = &[Jpeg, Png, Gif, WebP, Avif, Svg, Pdf, Mp3, Mp4, WebM, Zip, Csv, Text];

    /// The name people know it by.
    pub fn label(self) -> &'static str {
        match self {
            Jpeg => "JPEG",
            Png => "PNG",
            Gif => "GIF",
            WebP => "WebP",
            Avif => "AVIF",
            Svg => "SVG",
            Pdf => "PDF",
            Mp3 => "MP3",
            Mp4 => "MP4",
            WebM => "WebM",
            Zip => "ZIP",
            Csv => "CSV",
            Text => "text",
        }
    }

    /// The value of `Content-Type` (IANA media types).
    pub fn content_type(self) -> &'static str {
        match self {
            Jpeg => "image/jpeg",
            Png => "image/png",
            Gif => "image/gif",
            WebP => "image/webp",
            Avif => "image/avif",
            Svg => "image/svg+xml",
            Pdf => "application/pdf",
            Mp3 => "audio/mpeg",
            Mp4 => "video/mp4",
            WebM => "video/webm",
            Zip => "application/zip",
            Csv => "text/csv; charset=utf-8",
            Text => "text/plain; charset=utf-8",
        }
    }

    /// The format that is served as this.
    pub fn served_as(content_type: &str) -> Option<Format> {
        Format::ALL.iter().copied().find(|format| format.content_type() == content_type)
    }

    /// How names of such files may end; the first is the one that is given.
    pub fn endings(self) -> &'static [&'static str] {
        match self {
            Jpeg => &["jpg", "jpeg"],
            Png => &["png"],
            Gif => &["gif"],
            WebP => &["webp"],
            Avif => &["avif"],
            Svg => &["svg"],
            Pdf => &["pdf"],
            Mp3 => &["mp3"],
            Mp4 => &["mp4"],
            WebM => &["webm"],
            Zip => &["zip"],
            Csv => &["csv"],
            Text => &["txt"],
        }
    }

    /// As people tell files apart.
    pub fn kind(self) -> Kind {
        match self {
            Jpeg | Png | Gif | WebP | Avif | Svg => Kind::Picture,
            Mp4 | WebM => Kind::Video,
            Mp3 => Kind::Audio,
            Pdf | Zip | Csv | Text => Kind::Document,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_served_tells_the_format() {
        for format in Format::ALL {
            assert_eq!(Format::served_as(format.content_type()), Some(*format));
        }
        assert_eq!(Format::served_as("text/html"), None);
    }
}
