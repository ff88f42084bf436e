//! Drawings that stand for people: made of a name that tells nothing, the same for ever, asked of nobody else.
//!
//! Five by five squares, mirrored, on a ground of the same hue. No query: whatever has the form of a name has a drawing.

use crate::error::{AppError, AppResult};
use actix_web::{
    HttpResponse,
    http::header::{CACHE_CONTROL, CONTENT_TYPE},
    web,
};

/// `GET /comments/avatars/{seed}.svg` — the drawing; kept by everybody for a year.
pub async fn show(seed: web::Path<String>) -> AppResult<HttpResponse> {
    let svg = draw(&seed).ok_or(AppError::NotFound)?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "image/svg+xml"))
        .insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .body(svg))
}

/// The drawing of a name of sixteen hexadecimal digits.
fn draw(seed: &str) -> Option<String> {
    if seed.len() != 16 {
        return None;
    }
    let bits = u64::from_str_radix(seed, 16).ok().filter(|_| seed.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    let hue = bits % 360;
    let mut cells = String::new();
    for (place, (column, row)) in (0..3).flat_map(|column| (0..5).map(move |row| (column, row))).enumerate() {
        if bits >> (place + 20) & 1 == 0 {
            continue;
        }
        cells.push_str(&format!("M{column} {row}h1v1h-1z"));
        if column < 2 {
            cells.push_str(&format!("M{} {row}h1v1h-1z", 4 - column));
        }
    }
    Some(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"-1.5 -1.5 8 8\"><path fill=\"hsl({hue} 45% 88%)\" d=\"M-1.5-1.5h8v8h-8z\"/>\
         <path fill=\"hsl({hue} 55% 32%)\" d=\"{cells}\"/></svg>"
    ))
}

#[cfg(test)]
mod tests {
    use super::draw;

    #[test]
    fn a_name_always_has_the_same_drawing_and_others_another() {
        let one = draw("0123456789abcdef").expect("a drawing");
        assert_eq!(draw("0123456789abcdef"), Some(one.clone()));
        assert_ne!(draw("fedcba9876543210"), Some(one));
        assert_eq!([draw(""), draw("0123456789abcde"), draw("0123456789abcdeg"), draw("+123456789abcdef")], [None, None, None, None]);
    }
}
