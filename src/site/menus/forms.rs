//! The forms of menus and their items.

use super::{
    ItemId, Menu, Place,
    changes::{NewMenu, Target, Wanted},
    items::Row,
    order::Way,
};
use crate::web::form::FormErrors;
use serde::Deserialize;

/// The longest label and name, in characters.
const LONGEST: usize = 120;

/// What somebody types about a menu.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct MenuForm {
    /// What it is called.
    pub name: String,
    /// Word of a [`Place`].
    pub place: String,
    /// The address of a page.
    pub branch: String,
}

impl MenuForm {
    /// A form to begin with.
    pub fn empty() -> MenuForm {
        MenuForm { place: Place::Branch.word().to_owned(), ..MenuForm::default() }
    }

    /// The form filled with what is stored.
    pub fn of(menu: &Menu) -> MenuForm {
        let branch = menu.branch.clone().unwrap_or_default();
        MenuForm { name: menu.name.clone(), place: menu.place.word().to_owned(), branch }
    }

    /// Turns what was typed into a menu, or says what to mend.
    pub fn check(&self) -> Result<NewMenu, FormErrors> {
        let mut errors = FormErrors::none();
        if self.name.is_empty() || self.name.chars().count() > LONGEST {
            errors.add("name", "Give the menu a name of at most 120 characters.");
        }
        let place = Place::from_word(&self.place).filter(|place| !matches!(place, Place::Header | Place::Footer));
        if place.is_none() {
            errors.add("place", "Choose where visitors see the menu.");
        }
        let branch = self.branch.trim_end_matches('/').to_owned();
        if place == Some(Place::Branch) && !branch.starts_with('/') {
            errors.add("branch", "Give the path of the page at the top of the branch, such as /guides.");
        }
        let branch = (place == Some(Place::Branch)).then_some(branch);
        errors.unless_any(NewMenu { name: self.name.clone(), place: place.unwrap_or(Place::Nowhere), branch })
    }
}

/// What somebody chooses for an item.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct ItemForm {
    /// `entry`, `category`, `address` or `heading`.
    pub kind: String,
    /// Keys of entries.
    pub entry: Vec<String>,
    /// Keys of categories.
    pub category: Vec<String>,
    /// An address of this site or elsewhere.
    pub address: String,
    /// What it says, or empty.
    pub label: String,
    /// Key of the item above, or empty.
    pub below: String,
    /// Words to look for among entries.
    pub q: String,
    /// `search`: only look for entries.
    #[serde(rename = "do")]
    pub act: String,
}

impl ItemForm {
    /// A form to begin with.
    pub fn empty() -> ItemForm {
        ItemForm { kind: "entry".to_owned(), ..ItemForm::default() }
    }

    /// The form filled with what is stored.
    pub fn of(row: &Row) -> ItemForm {
        let key = |id: Option<i64>| id.map(|id| id.to_string()).into_iter().collect();
        let kind = match row {
            _ if row.entry_id.is_some() => "entry",
            _ if row.category_id.is_some() => "category",
            _ if row.url.is_some() => "address",
            _ => "heading",
        };
        ItemForm {
            kind: kind.to_owned(),
            entry: key(row.entry_id),
            category: key(row.category_id),
            address: row.url.clone().unwrap_or_default(),
            label: row.label.clone(),
            ..ItemForm::default()
        }
    }

    /// Whether entries are only looked for.
    pub fn is_search(&self) -> bool {
        self.act == "search"
    }

    /// The keys of the chosen entries, as far as they are numbers.
    pub fn entries(&self) -> Vec<i64> {
        self.entry.iter().filter_map(|key| key.parse().ok()).take(super::items::MOST).collect()
    }

    /// Turns what was chosen into what the menu is to have, or says what to mend.
    pub fn check(&self) -> Result<Wanted, FormErrors> {
        let mut errors = FormErrors::none();
        let targets = self.targets(&mut errors);
        if self.label.chars().count() > LONGEST {
            errors.add("label", "Shorten the label to 120 characters.");
        }
        if self.kind == "heading" && self.label.is_empty() {
            errors.add("label", "Give the heading a label.");
        }
        if targets.len() > 1 && !self.label.is_empty() {
            errors.add("label", "Several items cannot have one label. Leave it empty, and change the labels afterwards.");
        }
        let below = match self.below.as_str() {
            "" => None,
            typed => typed.parse().map(Some).unwrap_or_else(|_| {
                errors.add("below", "Choose an item from the list.");
                None::<ItemId>
            }),
        };
        errors.unless_any(Wanted { targets, label: self.label.clone(), below })
    }

    fn targets(&self, errors: &mut FormErrors) -> Vec<Target> {
        let targets: Vec<Target> = match self.kind.as_str() {
            "entry" => self.entries().into_iter().map(Target::Entry).collect(),
            "category" => self.category.iter().filter_map(|key| key.parse().ok()).map(Target::Category).collect(),
            "heading" => vec![Target::Heading],
            "address" if is_address(&self.address) => return vec![Target::Address(self.address.clone())],
            "address" => {
                let sentence =
                    "Give a path of this site, such as /posts, or a whole address that begins with https://, http://, mailto: or tel:.";
                errors.add("address", sentence);
                return Vec::new();
            }
            _ => Vec::new(),
        };
        if targets.is_empty() {
            errors.add("target", "Choose what the item leads to.");
        }
        targets
    }
}

/// A path of this site, or an address that may be followed from anywhere (RFC 3986).
fn is_address(typed: &str) -> bool {
    let plain = typed.len() <= 2000 && !typed.chars().any(|sign| sign.is_whitespace() || sign.is_control() || "\"<>\\^`{|}".contains(sign));
    let elsewhere = |scheme: &str| typed.get(..scheme.len()).is_some_and(|head| head.eq_ignore_ascii_case(scheme));
    let rest_of = |scheme: &str| {
        typed.get(scheme.len()..).is_some_and(|rest| rest.starts_with(|sign: char| sign.is_alphanumeric() || sign == '[' || sign == '+'))
    };
    let inside = typed.starts_with('/') && !typed.starts_with("//");
    plain && (inside || ["https://", "http://", "mailto:", "tel:"].iter().any(|scheme| elsewhere(scheme) && rest_of(scheme)))
}

/// How items move: one step of one, or all of them at once.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct OrderForm {
    /// Key and word of a [`Way`]: `12 up`.
    #[serde(rename = "move")]
    pub step: String,
    /// Keys and depths of all items: `12:0 14:1`.
    pub order: String,
}

impl OrderForm {
    /// The one step.
    pub fn step(&self) -> Option<(ItemId, Way)> {
        let (id, word) = self.step.split_once(' ')?;
        let way = Way::ALL.iter().find(|(_, known)| *known == word)?.0;
        Some((id.parse().ok()?, way))
    }

    /// The whole order.
    pub fn order(&self) -> Option<Vec<(ItemId, usize)>> {
        let item = |text: &str| {
            let (id, depth) = text.split_once(':')?;
            Some((id.parse().ok()?, depth.parse().ok()?))
        };
        self.order.split_whitespace().map(item).collect::<Option<Vec<_>>>().filter(|order| !order.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_lead_into_the_site_or_to_where_anybody_may_go() {
        let good = [
            "/posts",
            "/a?b=c#d",
            "/",
            "https://example.org/x",
            "HTTP://[::1]/",
            "mailto:ada@example.org",
            "tel:+49301234",
            "https://bücher.example/ü",
        ];
        let bad = [
            "",
            "posts",
            "//evil.example",
            "/\\evil",
            "javascript:alert(1)",
            "data:text/html,x",
            "https://",
            "https:// x",
            "ftp://x",
            "mailto:",
            "/a b",
            "/\"x",
        ];
        assert_eq!(good.map(is_address), [true; 8]);
        assert_eq!(bad.map(is_address), [false; 12]);
    }

    #[test]
    fn an_order_is_read_whole_or_not_at_all() {
        let order = |text: &str| OrderForm { order: text.to_owned(), ..OrderForm::default() }.order();
        assert_eq!(order("12:0 14:1"), Some(vec![(12.into(), 0), (14.into(), 1)]));
        assert_eq!([order(""), order("12"), order("12:0 x:1"), order("1:-1")], [None, None, None, None]);
        let step = |text: &str| OrderForm { step: text.to_owned(), ..OrderForm::default() }.step();
        assert_eq!([step("12 up"), step("12"), step("x up"), step("1 sideways")], [Some((12.into(), Way::Up)), None, None, None]);
    }

    #[test]
    fn an_item_needs_a_target_and_a_heading_a_label() {
        let form = ItemForm { kind: "entry".into(), ..ItemForm::default() };
        assert!(form.check().is_err());
        assert!(ItemForm { entry: vec!["1".into(), "2".into()], ..form.clone() }.check().is_ok());
        assert!(ItemForm { entry: vec!["1".into(), "2".into()], label: "Both".into(), ..form.clone() }.check().is_err());
        assert!(ItemForm { kind: "heading".into(), ..form.clone() }.check().is_err());
        assert!(ItemForm { kind: "heading".into(), label: "More".into(), ..form.clone() }.check().is_ok());
        assert!(ItemForm { kind: "category".into(), category: vec!["x".into()], ..form }.check().is_err());
    }
}
