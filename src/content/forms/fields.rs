//! The editor's fields beside title, summary and body: compared one by one, and put together when two people have changed them.

use super::entry::EntryForm;

/// A field of the editor.
pub struct Field {
    /// Its name in the form.
    pub name: &'static str,
    /// Its name for people.
    pub label: &'static str,
    value: fn(&EntryForm) -> String,
    copy: fn(&mut EntryForm, &EntryForm),
}

macro_rules! field {
    ($name:ident, $label:literal) => {
        Field {
            name: stringify!($name),
            label: $label,
            value: |form| form.$name.clone(),
            copy: |into, from| into.$name.clone_from(&from.$name),
        }
    };
}

/// Every one of them, in the order shown.
pub const FIELDS: &[Field] = &[
    field!(slug, "Address"),
    field!(parent, "Page above"),
    Field {
        name: "categories",
        label: "Categories",
        value: |form| form.categories.join(", "),
        copy: |into, from| into.categories.clone_from(&from.categories),
    },
    Field {
        name: "tags",
        label: "Tags",
        value: |form| form.tags.split([',', '\n']).map(str::trim).filter(|tag| !tag.is_empty()).collect::<Vec<_>>().join(", "),
        copy: |into, from| into.tags.clone_from(&from.tags),
    },
    field!(series, "Series"),
    Field {
        name: "featured",
        label: "First on the home page",
        value: |form| if form.featured { "yes" } else { "no" }.to_owned(),
        copy: |into, from| into.featured = from.featured,
    },
    field!(author, "Author"),
    Field {
        name: "date",
        label: "Date shown",
        value: |form| format!("{} {}", form.date, form.time).trim().to_owned(),
        copy: |into, from| {
            into.date.clone_from(&from.date);
            into.time.clone_from(&from.time);
        },
    },
    field!(image_url, "Picture"),
    field!(image_alt, "What the picture shows"),
    field!(meta_title, "Search title"),
    field!(meta_description, "Description"),
];

impl Field {
    /// What stands in it; what comes to the same is the same.
    pub fn value(&self, form: &EntryForm) -> String {
        (self.value)(form)
    }

    /// Whether both would save the same. Authors name no other, so theirs may be missing.
    pub fn is_alike(&self, one: &EntryForm, other: &EntryForm) -> bool {
        let (one, other) = (self.value(one), self.value(other));
        one == other || self.name == "author" && (one.is_empty() || other.is_empty())
    }

    /// Takes over what stands in another form.
    pub fn copy(&self, into: &mut EntryForm, from: &EntryForm) {
        (self.copy)(into, from);
    }
}

/// Whether two forms would save the same.
pub fn alike(one: &EntryForm, other: &EntryForm) -> bool {
    let words = |form: &EntryForm| (form.title.clone(), form.summary.clone(), form.body.trim().to_owned());
    words(one) == words(other) && FIELDS.iter().all(|field| field.is_alike(one, other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_to_the_same_is_no_change() {
        let stored = EntryForm { tags: "a, b".to_owned(), ..EntryForm::default() };
        let typed = EntryForm { tags: "a,b ,".to_owned(), ..EntryForm::default() };
        assert!(alike(&stored, &typed));
        assert!(!alike(&stored, &EntryForm { body: "x".to_owned(), ..typed.clone() }));
        assert!(!alike(&stored, &EntryForm { featured: true, ..typed }));
    }
}
