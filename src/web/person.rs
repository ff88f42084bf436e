//! Who is signed in, as far as every page needs to know, and which role may do what.
//!
//! The table of rights stands here once: handlers ask it in their first line (`ctx.require`), templates ask it for links.

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
    }
);

/// Something that a role may or may not do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    /// See the admin and write entries of one's own.
    Write,
    /// Bring files into the library, and change and delete one's own.
    Upload,
    /// Let visitors see entries of one's own, and take them off the site.
    Publish,
    /// Change and publish everybody's entries, and name any author.
    EditAll,
    /// Arrange categories and tags.
    ManageTopics,
    /// Invite people, change roles, disable accounts.
    ManagePeople,
    /// Change the site's settings.
    ManageSettings,
    /// Read the journal.
    ReadJournal,
    /// See how well the site is guarded, and what was tried against it.
    SeeSecurity,
    /// Publish what the gate blocks, with a reason.
    OverrideGate,
}

impl Role {
    /// Whether this role has that right.
    pub fn may(self, right: Right) -> bool {
        match right {
            Right::Write => true,
            Right::Upload | Right::Publish => self <= Role::Author,
            Right::EditAll | Right::ManageTopics | Right::ReadJournal => self <= Role::Editor,
            Right::ManagePeople | Right::ManageSettings | Right::SeeSecurity => self <= Role::Admin,
            Right::OverrideGate => self == Role::Owner,
        }
    }

    /// The name shown.
    pub fn label(self) -> &'static str {
        match self {
            Role::Owner => "Owner",
            Role::Admin => "Admin",
            Role::Editor => "Editor",
            Role::Author => "Author",
            Role::Contributor => "Contributor",
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
}

impl Person {
    /// Whether this person has that right.
    pub fn may(&self, right: Right) -> bool {
        self.role.may(right)
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
    fn rights_shrink_from_owner_to_contributor() {
        let rights = [
            Right::Write,
            Right::Upload,
            Right::Publish,
            Right::EditAll,
            Right::ManageTopics,
            Right::ManagePeople,
            Right::ManageSettings,
            Right::ReadJournal,
            Right::SeeSecurity,
            Right::OverrideGate,
        ];
        let count = |role: Role| rights.iter().filter(|right| role.may(**right)).count();
        assert_eq!(Role::ALL.iter().map(|role| count(*role)).collect::<Vec<_>>(), [10, 9, 6, 3, 1]);
    }

    #[test]
    fn initials_come_from_the_first_and_last_word() {
        let of = ["Ines Valdés", "Ada", "", "Ludwig van Beethoven", "émile zola"].map(initials);
        assert_eq!(of, ["IV", "A", "", "LB", "ÉZ"]);
    }
}
