//! The owner's own style sheet: looked at word by word before it is kept, so that no page asks another host for anything because of
//! it, and that it ends where it ends.
//!
//! The words are those of CSS Syntax 3, as the crate `cssparser` reads them. It is served within a layer of its own, so what may
//! only stand at the top of a file is refused.

use cssparser::{ParseError, ParseErrorKind, Parser, Token};

/// The longest one, in bytes.
pub const LONGEST: usize = 16_000;

/// Comes after the text; whoever does not see it has read it as part of something that is not closed.
const END: &str = "\n@mainstay-end-of-sheet;";

/// Functions whose quoted arguments are addresses.
const ADDRESSES: [&str; 7] = ["url", "src", "image", "image-set", "-webkit-image-set", "cross-fade", "-webkit-cross-fade"];

type Refused = ParseError<(u32, String)>;

/// Says what is wrong with it, in a sentence that names the line.
pub fn check(css: &str) -> Result<(), String> {
    if css.len() > LONGEST {
        return Err(format!("Your CSS has {} bytes. Shorten it to {LONGEST}.", css.len()));
    }
    let text = format!("{css}{END}");
    let mut seen = Seen { ended: false, opened: 1 };
    match look(&mut Parser::new(&text), &mut seen, 0, false) {
        Err(ParseError { kind: ParseErrorKind::Custom((line, sentence)) }) => Err(format!("Line {line}: {sentence}")),
        Err(_) => Err(format!("Line {}: blocks stand too deep in one another.", seen.opened)),
        Ok(()) if seen.ended => Ok(()),
        Ok(()) => {
            let what = "something that begins here or further down is not closed: a brace, a bracket, a quote or a comment.";
            Err(format!("Line {}: {what}", seen.opened))
        }
    }
}

/// What was seen so far.
struct Seen {
    /// The end of the text, outside of everything.
    ended: bool,
    /// The line on which the last thing at the top began.
    opened: u32,
}

fn look(parser: &mut Parser<'_>, seen: &mut Seen, depth: usize, is_address: bool) -> Result<(), Refused> {
    loop {
        parser.skip_whitespace();
        let line = parser.current_source_location().line + 1;
        let Ok(token) = parser.next().cloned() else { return Ok(()) };
        if depth == 0 {
            seen.ended =
                matches!(&token, Token::AtKeyword(name) if &**name == "mainstay-end-of-sheet") || seen.ended && token == Token::Semicolon;
        }
        if let Some(sentence) = refusal(&token, is_address) {
            return Err(ParseError::custom((line, sentence)));
        }
        let inner = match &token {
            Token::Function(name) => Some(ADDRESSES.iter().any(|known| name.eq_ignore_ascii_case(known))),
            Token::CurlyBracketBlock | Token::ParenthesisBlock | Token::SquareBracketBlock => {
                Some(is_address && token != Token::CurlyBracketBlock)
            }
            _ => None,
        };
        if let Some(inner) = inner {
            if depth == 0 {
                seen.opened = line;
            }
            parser.parse_nested_block(|parser| look(parser, seen, depth + 1, inner))?;
        }
    }
}

/// Why a word may not stand there.
fn refusal(token: &Token<'_>, is_address: bool) -> Option<String> {
    match token {
        Token::AtKeyword(name) if ["import", "charset", "namespace"].iter().any(|known| name.eq_ignore_ascii_case(known)) => {
            Some(format!("@{name} is not allowed. Write the rules themselves here."))
        }
        Token::UnquotedUrl(address) if !stays(address) => Some(elsewhere(address)),
        Token::QuotedString(address) if is_address && !stays(address) => Some(elsewhere(address)),
        Token::Function(name) if is_address && ["var", "attr", "env"].iter().any(|known| name.eq_ignore_ascii_case(known)) => {
            Some(format!("{name}() is not allowed within an address."))
        }
        Token::Function(name) if name.eq_ignore_ascii_case("expression") => Some("expression() is not allowed.".to_owned()),
        Token::Ident(name) if ["behavior", "-moz-binding"].iter().any(|known| name.eq_ignore_ascii_case(known)) => {
            Some(format!("{name} is not allowed."))
        }
        Token::BadUrl(_) => Some("this address cannot be read. Put it in quotes.".to_owned()),
        Token::BadString(_) => Some("a quote is not closed on its line.".to_owned()),
        Token::CloseCurlyBracket => Some("there is a } without its {.".to_owned()),
        Token::CloseParenthesis => Some("there is a ) without its (.".to_owned()),
        Token::CloseSquareBracket => Some("there is a ] without its [.".to_owned()),
        _ => None,
    }
}

/// Whether a browser stays on this site with an address: a path from the top, a fragment, or a picture in the text itself.
fn stays(address: &str) -> bool {
    let address = address.trim();
    let path = address.starts_with('/') && !address[1..].starts_with(['/', '\\']) && !address.contains(['\\', '\n', '\r', '\t']);
    path || address.starts_with('#') || address.get(..11).is_some_and(|head| head.eq_ignore_ascii_case("data:image/"))
}

fn elsewhere(address: &str) -> String {
    let shown: String = address.chars().take(60).collect();
    format!("“{shown}” leads away from this site, or not from its top. Use a path such as /files/….")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_of_one_s_own_are_kept() {
        let good = [
            "",
            ".site-head { background: url(/files/ab/x.png) no-repeat }",
            "@media (min-width: 40em) { a::after { content: \"} https://example.org /* \" } }",
            ":root { --accent: oklch(.5 .1 20) } /* a comment */",
            "@font-face { font-family: X; src: url('/files/x.woff2') format('woff2') }",
            "a { background: url(\"data:image/svg+xml,%3Csvg/%3E\"); filter: url(#blur) }",
            "a { background-image: image-set(url(/a.png) 1x, '/b.png' 2x) }",
            "p { scroll-behavior: smooth; & b { color: var(--x) } }",
            "</style><script>alert(1)</script>", // harmless in a file of its own, and no CSS
        ];
        for css in good {
            assert_eq!(check(css), Ok(()), "{css}");
        }
    }

    #[test]
    fn nothing_is_asked_of_another_host() {
        let bad = [
            "@import url(/a.css);",
            "@IMPORT 'a.css';",
            "@\\69mport 'x';",
            "@charset \"utf-8\";",
            "a { background: url(https://evil.example/x) }",
            "a { background: url(//evil.example/x) }",
            "a { background: url('/\\\\evil.example/x') }",
            "a { background: URL(  \"http://evil.example\" ) }",
            "a { background: u\\72l(https://evil.example) }",
            "a { background: image-set('https://evil.example/x' 1x) }",
            "a { background: -webkit-image-set(url(ftp://evil.example/x) 1x) }",
            "a { --x: url(https://evil.example) }",
            "a { background: image-set(var(--x) 1x) }",
            "@media print { a { b: url(relative.png) } }",
            "@font-face { src: url(data:font/woff2;base64,xx) }",
            "a { width: expression(alert(1)) }",
            "a { behavior: url(/x.htc) }",
            "a { -moz-binding: url(/x.xml#y) }",
            "a { background: url(java\nscript:x) }",
        ];
        for css in bad {
            assert!(check(css).is_err(), "{css}");
        }
    }

    #[test]
    fn it_ends_where_it_ends() {
        for (css, line) in [
            ("a { color: red", 1),
            ("b {}\na { color: red } }", 2),
            ("a {}\n\n/* never closed", 1),
            ("a { content: \"x }", 1),
            ("a { width: calc(1px }", 1),
            ("a {} ]", 1),
            ("a { background: url(/x", 1),
        ] {
            let told = check(css).expect_err(css);
            assert!(told.starts_with(&format!("Line {line}:")), "{css}: {told}");
        }
        assert!(check(&"(".repeat(5000)).is_err());
        assert!(check(&"a{}".repeat(6000)).expect_err("too long").contains("16000"));
    }
}
