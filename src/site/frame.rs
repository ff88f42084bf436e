//! What stands around every page and in nearly every form, each drawn by a template of its own.
//!
//! Askama writes the code of a layout once more into each template that extends it, and that of a macro into each place that calls
//! it. What is large and needs only the [`Page`] is therefore compiled once, here; layouts and macros ask the page for it.

use super::Page;
use crate::web::form::FormErrors;
use askama::{Template, filters::HtmlSafe};
use std::fmt::Display;

/// Makes a template of the frame, which layouts ask the page for.
macro_rules! part {
    ($(#[$doc:meta])* $name:ident, $method:ident, $path:literal) => {
        $(#[$doc])*
        #[derive(Template)]
        #[template(path = $path)]
        pub struct $name<'a> {
            page: &'a Page,
        }

        impl HtmlSafe for $name<'_> {}

        impl Page {
            $(#[$doc])*
            pub fn $method(&self) -> $name<'_> {
                $name { page: self }
            }
        }
    };
}

part!(
    /// What the admin's pages have in their head.
    AdminHead, admin_head, "layouts/_admin_head.html"
);
part!(
    /// The rail of the admin: search, navigation, who is logged in.
    Rail, rail, "layouts/_rail.html"
);
part!(
    /// What pages for visitors have in their head.
    PublicHead, public_head, "layouts/_public_head.html"
);
part!(
    /// The top of pages for visitors: the site's name and its menu.
    Masthead, masthead, "layouts/_masthead.html"
);
part!(
    /// The foot of pages for visitors.
    Foot, foot, "layouts/_foot.html"
);
part!(
    /// The notices at the top of a page.
    Notices, notices, "layouts/_notices.html"
);

part!(
    /// The token of signed-in people, in a form.
    TokenField, token_field, "macros/_token.html"
);

/// A symbol of the sprite.
#[derive(Template)]
#[template(path = "macros/_symbol.html")]
pub struct Symbol<'a> {
    page: &'a Page,
    name: &'a str,
    is_directional: bool,
}

/// The links to newer and older rows of a list.
#[derive(Template)]
#[template(path = "macros/_pager.html")]
pub struct Pager<'a> {
    page: &'a Page,
    newer: &'a Option<String>,
    older: &'a Option<String>,
    between: &'a dyn Display,
    up: &'a str,
    down: &'a str,
}

/// What is wrong, first in a form that comes back.
#[derive(Template)]
#[template(path = "macros/_summary.html")]
pub struct Summary<'a> {
    errors: &'a FormErrors,
}

/// The sentences at a field.
#[derive(Template)]
#[template(path = "macros/_messages.html")]
pub struct Messages<'a> {
    page: &'a Page,
    name: &'a str,
    messages: &'a [String],
}

/// The attributes that tie hint and error to a control.
#[derive(Template)]
#[template(path = "macros/_described.html")]
pub struct Described<'a> {
    name: &'a str,
    messages: &'a [String],
    hint: &'a str,
}

/// A line of text in a form.
#[derive(Template)]
#[template(path = "macros/_text.html")]
pub struct Text<'a> {
    page: &'a Page,
    name: &'a str,
    label: &'a dyn Display,
    value: &'a dyn Display,
    messages: &'a [String],
    hint: &'a str,
    kind: &'a str,
    optional: bool,
    complete: &'a str,
}

/// Several lines of text in a form.
#[derive(Template)]
#[template(path = "macros/_area.html")]
pub struct Area<'a> {
    page: &'a Page,
    name: &'a str,
    label: &'a dyn Display,
    value: &'a dyn Display,
    messages: &'a [String],
    hint: &'a str,
    rows: u8,
    optional: bool,
}

impl HtmlSafe for Symbol<'_> {}
impl HtmlSafe for Pager<'_> {}
impl HtmlSafe for Summary<'_> {}
impl HtmlSafe for Messages<'_> {}
impl HtmlSafe for Described<'_> {}
impl HtmlSafe for Text<'_> {}
impl HtmlSafe for Area<'_> {}

impl Page {
    /// A symbol of the sprite.
    pub fn symbol<'a>(&'a self, name: &'a str) -> Symbol<'a> {
        Symbol { page: self, name, is_directional: false }
    }

    /// An arrow, turned round where text runs from right to left.
    pub fn arrow<'a>(&'a self, name: &'a str) -> Symbol<'a> {
        Symbol { page: self, name, is_directional: true }
    }

    /// The links to newer and older rows of a list; `list::pager` has the usual words for them.
    pub fn pager<'a>(
        &'a self,
        newer: &'a Option<String>,
        older: &'a Option<String>,
        between: &'a dyn Display,
        up: &'a str,
        down: &'a str,
    ) -> Pager<'a> {
        Pager { page: self, newer, older, between, up, down }
    }

    /// The sentences at a field.
    pub fn messages_at<'a>(&'a self, name: &'a str, messages: &'a [String]) -> Messages<'a> {
        Messages { page: self, name, messages }
    }

    /// A line of text that is needed; `field::text` has the rest as named arguments.
    pub fn text<'a>(&'a self, name: &'a str, label: &'a dyn Display, value: &'a dyn Display, messages: &'a [String]) -> Text<'a> {
        Text { page: self, name, label, value, messages, hint: "", kind: "text", optional: false, complete: "" }
    }

    /// Four lines of text that are needed; `field::area` has the rest as named arguments.
    pub fn area<'a>(&'a self, name: &'a str, label: &'a dyn Display, value: &'a dyn Display, messages: &'a [String]) -> Area<'a> {
        Area { page: self, name, label, value, messages, hint: "", rows: 4, optional: false }
    }
}

/// What is wrong, first in a form that comes back.
pub fn summary(errors: &FormErrors) -> Summary<'_> {
    Summary { errors }
}

/// The attributes that tie hint and error to a control.
pub fn described<'a>(name: &'a str, messages: &'a [String], hint: &'a str) -> Described<'a> {
    Described { name, messages, hint }
}

impl<'a> Text<'a> {
    /// A sentence between label and field, or nothing.
    pub fn hint(self, hint: &'a str) -> Self {
        Text { hint, ..self }
    }

    /// The type of the input (HTML, 4.10.5.1).
    pub fn kind(self, kind: &'a str) -> Self {
        Text { kind, ..self }
    }

    /// Whether it may be left empty.
    pub fn optional(self, optional: &bool) -> Self {
        Text { optional: *optional, ..self }
    }

    /// What browsers fill in (HTML, `autocomplete`), or nothing.
    pub fn complete(self, complete: &'a str) -> Self {
        Text { complete, ..self }
    }
}

impl<'a> Area<'a> {
    /// A sentence between label and field, or nothing.
    pub fn hint(self, hint: &'a str) -> Self {
        Area { hint, ..self }
    }

    /// How many lines are seen at once.
    pub fn rows(self, rows: &u8) -> Self {
        Area { rows: *rows, ..self }
    }

    /// Whether it may be left empty.
    pub fn optional(self, optional: &bool) -> Self {
        Area { optional: *optional, ..self }
    }
}
