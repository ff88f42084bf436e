//! What every layout needs: who is here, what to tell them, the site and its menus.

use super::{
    language,
    look::Header,
    menus::{self, MenuItem, Menus},
    settings::{self, SiteSettings},
    theme::{self, Theme},
    waiting,
};
use crate::{
    db::Conn,
    web::{
        ctx::Visit,
        flash::Flash,
        person::{Person, Reach, Right},
    },
};
use diesel::QueryResult;
use std::{fmt, sync::Arc};

/// The globals of a page; the first field of every template struct.
#[derive(Clone)]
pub struct Page {
    /// The site's settings.
    pub site: Arc<SiteSettings>,
    /// The menus.
    pub menus: Arc<Menus>,
    /// The look, as layouts need it; on pages for visitors.
    pub theme: Arc<Theme>,
    /// The language of what the page is about, where it is not that of the site.
    pub language: Option<String>,
    /// The request, as far as a page may know it.
    pub visit: Visit,
    /// How many submissions wait for this person; counted for pages of the admin.
    pub waiting: i64,
    /// How many comments wait for this person; counted for pages of the admin.
    pub comments: i64,
    /// How many messages of visitors wait for somebody; counted for pages of the admin.
    pub messages: i64,
}

/// The attributes `lang` and `dir` of a language, or nothing. A tag that is well-formed needs no escaping.
pub struct Tongue<'a>(Option<&'a str>);

impl fmt::Display for Tongue<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.filter(|tag| language::is_language(tag)) {
            Some(tag) => write!(f, " lang=\"{tag}\" dir=\"{}\"", language::direction(tag)),
            None => Ok(()),
        }
    }
}

impl askama::filters::HtmlSafe for Tongue<'_> {}

impl Page {
    /// What every page for visitors needs; a few queries when it has changed.
    pub fn load(conn: &mut Conn, visit: Visit) -> QueryResult<Page> {
        let (site, menus, theme) = (visit.pages.remembered(conn)?, visit.pages.remembered(conn)?, visit.pages.remembered(conn)?);
        Ok(Page { site, menus, theme, language: None, visit, waiting: 0, comments: 0, messages: 0 })
    }

    /// The site's settings without its menus, and what waits for the person, for the admin.
    pub fn admin(conn: &mut Conn, visit: Visit) -> QueryResult<Page> {
        let waiting = visit.person.as_ref().map_or(Ok(0), |person| waiting::count(conn, person))?;
        let comments = visit.person.as_ref().map_or(Ok(0), |person| waiting::comments(conn, person))?;
        let messages = visit.person.as_ref().map_or(Ok(0), |person| waiting::messages(conn, person))?;
        let site = visit.pages.remembered(conn)?;
        Ok(Page { site, menus: Arc::default(), theme: Arc::default(), language: None, visit, waiting, comments, messages })
    }

    /// What every page for visitors shows: the settings and the menus.
    pub fn shown() -> Vec<String> {
        vec![settings::SHOWN.to_owned(), menus::SHOWN.to_owned()]
    }

    /// A page for when the database does not answer.
    pub fn bare(visit: Visit) -> Page {
        let site = SiteSettings { title: "This site".to_owned(), ..SiteSettings::default() };
        let (menus, theme) = (Arc::default(), Arc::default());
        Page { site: Arc::new(site), menus, theme, language: None, visit, waiting: 0, comments: 0, messages: 0 }
    }

    /// What search engines are told of a page: its own words, or else its title before those about the site.
    pub fn description_of(&self, title: &str, own: &str) -> String {
        if own.is_empty() { format!("{title} – {}", self.site.description) } else { own.to_owned() }
    }

    /// The address of a file under `static/`.
    pub fn asset(&self, name: &str) -> String {
        self.visit.assets.url(name)
    }

    /// The address of the one style sheet of pages for visitors.
    pub fn sheet(&self) -> String {
        self.theme.tried_sheet.clone().unwrap_or_else(|| theme::sheet(&self.visit.assets, &self.site.look))
    }

    /// The font to be asked for first.
    pub fn first_font(&self) -> Option<&'static str> {
        theme::first_font(self.site.look.fonts)
    }

    /// The class of the top of the page.
    pub fn header_class(&self) -> &'static str {
        theme::header_class(self.site.look.header)
    }

    /// What the logo says: the name of the site where it stands alone, nothing beside the name.
    pub fn logo_alt(&self) -> &str {
        if self.site.look.header == Header::Logo { &self.site.title } else { "" }
    }

    /// The address of a symbol in the icon sprite.
    pub fn icon(&self, name: &str) -> String {
        format!("{}#i-{name}", self.asset("img/icons.svg"))
    }

    /// Who is signed in.
    pub fn person(&self) -> Option<&Person> {
        self.visit.person.as_ref()
    }

    /// Whether somebody is signed in who may do that.
    pub fn may(&self, right: Right) -> bool {
        self.person().is_some_and(|person| person.may(right))
    }

    /// Whether this person has an admin.
    pub fn may_write(&self) -> bool {
        self.may(Right::Write)
    }

    /// Whether this person writes posts, and not only pages in some branches.
    pub fn may_write_posts(&self) -> bool {
        self.person().is_some_and(|person| person.may(Right::Write) && person.reach != Reach::Branches)
    }

    /// Whether this person arranges categories and tags.
    pub fn may_manage_topics(&self) -> bool {
        self.may(Right::ManageTopics)
    }

    /// Whether this person decides about comments.
    pub fn may_moderate(&self) -> bool {
        self.may(Right::Moderate)
    }

    /// Whether this person changes snippets.
    pub fn may_manage_snippets(&self) -> bool {
        self.may(Right::ManageSnippets)
    }

    /// Whether this person changes redirects and mends links.
    pub fn may_manage_addresses(&self) -> bool {
        self.may(Right::ManageAddresses)
    }

    /// Whether this person invites people.
    pub fn may_manage_people(&self) -> bool {
        self.may(Right::ManagePeople)
    }

    /// Whether this person changes the site's settings.
    pub fn may_manage_settings(&self) -> bool {
        self.may(Right::ManageSettings)
    }

    /// Whether this person brings files into the library.
    pub fn may_upload(&self) -> bool {
        self.may(Right::Upload)
    }

    /// Whether this person reads the journal.
    pub fn may_read_journal(&self) -> bool {
        self.may(Right::ReadJournal)
    }

    /// Whether this person reads what visitors write.
    pub fn may_read_messages(&self) -> bool {
        self.may(Right::ReadMessages)
    }

    /// Whether this person sees the outbox.
    pub fn may_manage_mail(&self) -> bool {
        self.may(Right::ManageMail)
    }

    /// Whether this person sees how well the site is guarded.
    pub fn may_see_security(&self) -> bool {
        self.may(Right::SeeSecurity)
    }

    /// How many submissions wait for this person, as shown.
    pub fn waiting(&self) -> String {
        waiting::shown(self.waiting)
    }

    /// How many comments wait for this person, as shown.
    pub fn comments(&self) -> String {
        waiting::shown(self.comments)
    }

    /// How many messages of visitors wait, as shown.
    pub fn messages(&self) -> String {
        waiting::shown(self.messages)
    }

    /// The token for forms.
    pub fn token(&self) -> &str {
        self.visit.token.as_deref().unwrap_or("")
    }

    /// The signed moment of drawing, for forms that anybody may send (`web::bots`).
    pub fn stamp(&self) -> String {
        self.visit.forms.stamp(self.visit.now)
    }

    /// Sentences for the top of the page.
    pub fn flashes(&self) -> &[Flash] {
        &self.visit.flashes
    }

    /// The full address of a path of the site.
    pub fn absolute(&self, path: &str) -> String {
        if path.starts_with('/') { format!("{}{path}", self.visit.base_url) } else { path.to_owned() }
    }

    /// The name of the site's own host, with the port where it is not the usual one, e.g. `example.org`.
    pub fn host(&self) -> &str {
        let address = self.visit.base_url.as_str();
        address.split_once("://").map_or(address, |(_, host)| host)
    }

    /// `light` or `dark` where the person has chosen, else empty.
    pub fn scheme(&self) -> &str {
        self.person().map_or("", |person| if person.scheme == "system" { "" } else { person.scheme.as_str() })
    }

    /// `rtl` or `ltr`.
    pub fn direction(&self) -> &'static str {
        if self.site.is_rtl() { "rtl" } else { "ltr" }
    }

    /// The language that the page is told in as a whole: that of what it is about.
    pub fn spoken(&self) -> &str {
        self.language.as_deref().unwrap_or(&self.site.language)
    }

    /// The attributes of what is in the language of the site, on a page about something in another one; else nothing.
    pub fn own_words(&self) -> Tongue<'_> {
        Tongue(self.language.as_ref().map(|_| self.site.language.as_str()))
    }

    /// The attributes of what is in the language of what the page is about, where that is another one; else nothing.
    pub fn its_words(&self) -> Tongue<'_> {
        Tongue(self.language.as_deref())
    }

    /// Whether a menu item is the page that is open, or holds it.
    pub fn is_current(&self, item: &MenuItem) -> bool {
        item.leads_to(&self.visit.path)
    }

    /// Whether something below a menu item is the page that is open, or holds it.
    pub fn is_above(&self, item: &MenuItem) -> bool {
        item.items.iter().any(|below| self.is_current(below))
    }

    /// Whether the admin page that is open lies below `path`.
    pub fn is_in(&self, path: &str) -> bool {
        self.visit.path == path || self.visit.path.starts_with(&format!("{path}/"))
    }
}

/// `18,420`.
pub fn number(value: i64) -> String {
    let digits = value.unsigned_abs().to_string();
    let mut out = String::from(if value < 0 { "-" } else { "" });
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `98.7 %`, or a dash where there is nothing yet.
pub fn percent(part: u64, whole: u64) -> String {
    if whole == 0 { "–".to_owned() } else { format!("{:.1} %", part as f64 * 100.0 / whole as f64) }
}

/// `420 kB`, `4.2 MB`, `1.3 GB`.
pub fn weight(bytes: i64) -> String {
    match bytes {
        ..999_500 => format!("{} kB", (bytes + 500) / 1000),
        999_500..999_950_000 => format!("{:.1} MB", bytes as f64 / 1_000_000.0),
        _ => format!("{:.1} GB", bytes as f64 / 1_000_000_000.0),
    }
}

/// `1 article`, `1,204 articles`.
pub fn count(value: i64, one: &str, many: &str) -> String {
    format!("{} {}", number(value), if value == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_thousands() {
        assert_eq!([0, 999, 1000, 1_234_567, -4200].map(number), ["0", "999", "1,000", "1,234,567", "-4,200"]);
        assert_eq!([percent(0, 0), percent(1, 3), percent(2, 2)], ["–", "33.3 %", "100.0 %"]);
        assert_eq!(
            [0, 499, 500, 420_000, 999_499, 999_500, 4_200_000, 1_250_000_000].map(weight),
            ["0 kB", "0 kB", "1 kB", "420 kB", "999 kB", "1.0 MB", "4.2 MB", "1.2 GB"]
        );
        assert_eq!((count(1, "post", "posts"), count(2000, "post", "posts")), ("1 post".to_owned(), "2,000 posts".to_owned()));
    }
}
