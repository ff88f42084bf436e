//! Who is signed in, as far as every page needs to know. What a role may do stands in [`super::rights`].

pub use super::rights::{Grant, Reach, Right};
use crate::{text_enum, typed_id};

typed_id!(
    /// Names a user.
    UserId
);

text_enum!(
    /// What somebody is to the site.
    Role {
        /// Everything, and makes other owners.
        Owner = "owner",
        /// Everything but owners.
        Admin = "admin",
        /// All content, no people and no settings.
        Editor = "editor",
        /// Own entries only.
        Author = "author",
        /// Own entries only, which somebody else lets go out.
        Contributor = "contributor",
        /// No admin at all: an account of its own, to read and to answer with.
        Reader = "reader",
    }
);

impl Role {
    /// The name shown.
    pub fn label(self) -> &'static str {
        match self {
            Role::Owner => "Owner",
            Role::Admin => "Admin",
            Role::Editor => "Editor",
            Role::Author => "Author",
            Role::Contributor => "Contributor",
            Role::Reader => "Reader",
        }
    }

    /// Several of them.
    pub fn plural(self) -> &'static str {
        match self {
            Role::Owner => "Owners",
            Role::Admin => "Admins",
            Role::Editor => "Editors",
            Role::Author => "Authors",
            Role::Contributor => "Contributors",
            Role::Reader => "Readers",
        }
    }

    /// What the role is for, in a sentence.
    pub fn explanation(self) -> &'static str {
        match self {
            Role::Owner => "May do everything, and name other owners.",
            Role::Admin => "May do everything but change owners.",
            Role::Editor => "Edits and publishes everything, arranges categories and tags.",
            Role::Author => "Writes and publishes own entries.",
            Role::Contributor => "Writes own entries and submits them for review; does not publish.",
            Role::Reader => "Has an account on the site, and sees nothing of the admin.",
        }
    }
}

/// The person who is signed in.
#[derive(Debug, Clone)]
pub struct Person {
    /// Key of the user.
    pub id: UserId,
    /// The name shown.
    pub name: String,
    /// The address to log in with.
    pub email: String,
    /// What the person may do.
    pub role: Role,
    /// `light`, `dark` or `system`.
    pub scheme: String,
    /// How far the rights on content reach.
    pub reach: Reach,
}

impl Person {
    /// On which things this person has that right.
    pub fn grant(&self, right: Right) -> Grant {
        let grant = self.role.grant(right);
        if self.is_limited() { grant.min(right.rule().limited) } else { grant }
    }

    /// Whether this person has that right, if only on what is one's own.
    pub fn may(&self, right: Right) -> bool {
        self.grant(right) > Grant::None
    }

    /// Whether this person has that right on what is anybody's.
    pub fn may_any(&self, right: Right) -> bool {
        self.grant(right) == Grant::Any
    }

    /// Whether this person has that right on a thing that is one's own, or is not.
    pub fn may_on(&self, right: Right, is_own: bool) -> bool {
        self.grant(right) >= if is_own { Grant::Own } else { Grant::Any }
    }

    /// Whether this person changes content in branches of the page tree only.
    pub fn is_limited(&self) -> bool {
        self.reach != Reach::Everything
    }

    /// One or two letters for the avatar.
    pub fn initials(&self) -> String {
        initials(&self.name)
    }
}

/// The first letters of the first and the last word.
pub fn initials(name: &str) -> String {
    let mut words = name.split_whitespace();
    let first = words.next().and_then(|word| word.chars().next());
    let last = words.next_back().and_then(|word| word.chars().next());
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_is_limited_keeps_what_the_table_leaves() {
        let ada = |role, reach| Person {
            id: 1.into(),
            name: "Ada".to_owned(),
            email: "ada@example.org".to_owned(),
            role,
            scheme: "system".to_owned(),
            reach,
        };
        let (whole, limited) = (ada(Role::Editor, Reach::Everything), ada(Role::Editor, Reach::Branches));
        assert!(whole.may_any(Right::Upload) && whole.may(Right::ManageTopics));
        assert!(limited.may_on(Right::Upload, true) && !limited.may_on(Right::Upload, false) && !limited.may(Right::ManageTopics));
        assert!(limited.may_any(Right::Write), "of which branch it is, is asked for each entry");
        assert!(!ada(Role::Reader, Reach::Everything).may_on(Right::Write, true));
    }

    #[test]
    fn initials_come_from_the_first_and_last_word() {
        let of = ["Ines Valdés", "Ada", "", "Ludwig van Beethoven", "émile zola"].map(initials);
        assert_eq!(of, ["IV", "A", "", "LB", "ÉZ"]);
    }
}
