//! What each role may do: one table, read by handlers, by templates and by people.
//!
//! A right is a verb on a kind of thing; a role has it on any such thing, on one's own, or not at all. Handlers ask in their first
//! line (`ctx.require`), templates by `page.may`, models for one thing at a time (`person.may_on`); the page “What each role may do”
//! draws the same rows. Whoever is limited to branches of the page tree ([`Reach`]) keeps of each right what its row says; in which
//! branch an entry stands is asked in `content::model::reach`.

use super::person::Role;
use crate::text_enum;
use Grant::{Any, None as No, Own};

/// Something that a role may or may not do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    /// See the admin, and write entries.
    Write,
    /// Let visitors see entries, and take them off the site.
    Publish,
    /// Publish what the gate blocks, with a reason.
    OverrideGate,
    /// Decide which comments visitors see.
    Moderate,
    /// Bring files into the library, change and delete them.
    Upload,
    /// Arrange the library in folders.
    ArrangeFiles,
    /// Arrange categories and tags.
    ManageTopics,
    /// Change snippets, which stand in many entries.
    ManageSnippets,
    /// Change redirects, lead lost addresses on, mend links.
    ManageAddresses,
    /// Read what visitors have written by a contact form, and settle it.
    ReadMessages,
    /// Read the journal.
    ReadJournal,
    /// Read who logged in, from which address and with what, and take the journal away as a file.
    ReadSignIns,
    /// See how well the site is guarded, and what was tried against it.
    SeeSecurity,
    /// See the outbox, send and stop letters, spare addresses, sign.
    ManageMail,
    /// Invite people, change roles, disable accounts, hand out and erase personal data.
    ManagePeople,
    /// Change the site's settings, look, menus, workflows and gate.
    ManageSettings,
}

/// On which things a role has a right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grant {
    /// On none.
    None,
    /// On what is one's own.
    Own,
    /// On any.
    Any,
}

impl Grant {
    /// The word in the table of rights.
    pub fn label(self) -> &'static str {
        match self {
            Grant::None => "No",
            Grant::Own => "Own",
            Grant::Any => "All",
        }
    }
}

text_enum!(
    /// How far somebody's rights on content reach.
    Reach {
        /// Over the whole site.
        Everything = "everything",
        /// Over chosen branches of the page tree.
        Branches = "branches",
        /// Over those, and over posts.
        BranchesAndPosts = "branches_and_posts",
    }
);

impl Reach {
    /// What is chosen on the page of a person.
    pub fn label(self) -> &'static str {
        match self {
            Reach::Everything => "The whole site",
            Reach::Branches => "Only pages in the branches below",
            Reach::BranchesAndPosts => "Pages in the branches below, and posts",
        }
    }
}

/// A row of the table.
#[derive(Debug)]
pub struct Rule {
    /// The right.
    pub right: Right,
    /// On what.
    pub thing: &'static str,
    /// To do what.
    pub verb: &'static str,
    /// For each role, in the order of [`Role::ALL`].
    pub grants: [Grant; 6],
    /// What somebody keeps of it who is limited to branches. Of entries everything: there each is asked for its branch.
    pub limited: Grant,
}

const fn rule(right: Right, thing: &'static str, verb: &'static str, grants: [Grant; 6], limited: Grant) -> Rule {
    Rule { right, thing, verb, grants, limited }
}

/// Who may do what, in the order of [`Right`].
///
/// Columns: owner, admin, editor, author, contributor, reader; then what is left within branches. What only owners do to owners
/// stands in `accounts::model::people`.
pub const RULES: &[Rule] = &[
    rule(Right::Write, "Entries", "Write, change, move to the trash", [Any, Any, Any, Own, Own, No], Any),
    rule(Right::Publish, "Entries", "Publish, schedule, approve, take off the site", [Any, Any, Any, Own, No, No], Any),
    rule(Right::OverrideGate, "Entries", "Publish what the gate blocks, with a reason", [Any, No, No, No, No, No], Any),
    rule(Right::Moderate, "Comments", "Approve, edit, delete", [Any, Any, Any, Own, No, No], Any),
    rule(Right::Upload, "Files", "Upload, change, delete", [Any, Any, Any, Own, No, No], Own),
    rule(Right::ArrangeFiles, "Files", "Arrange in folders", [Any, Any, Any, No, No, No], No),
    rule(Right::ManageTopics, "Categories and tags", "Arrange", [Any, Any, Any, No, No, No], No),
    rule(Right::ManageSnippets, "Snippets", "Change", [Any, Any, Any, No, No, No], No),
    rule(Right::ManageAddresses, "Redirects and links", "Change, lead on, mend", [Any, Any, Any, No, No, No], No),
    rule(Right::ReadMessages, "Messages of visitors", "Read, settle, delete", [Any, Any, Any, No, No, No], No),
    rule(Right::ReadJournal, "Journal", "Read what was changed", [Any, Any, Any, No, No, No], Any),
    rule(Right::ReadSignIns, "Journal", "Read log-ins, addresses and devices; take it away as a file", [Any, Any, No, No, No, No], No),
    rule(Right::SeeSecurity, "Security centre", "See what is well and what was tried", [Any, Any, No, No, No, No], No),
    rule(Right::ManageMail, "Mail", "See what was sent, send again, stop, sign", [Any, Any, No, No, No, No], No),
    rule(Right::ManagePeople, "People", "Invite, change roles, disable, erase", [Any, Any, No, No, No, No], No),
    rule(Right::ManageSettings, "Site", "Settings, appearance, menus, workflows, gate, cache", [Any, Any, No, No, No, No], No),
];

impl Right {
    /// Its row in the table.
    pub fn rule(self) -> &'static Rule {
        &RULES[self as usize]
    }
}

impl Role {
    /// On which things this role has that right.
    pub fn grant(self, right: Right) -> Grant {
        right.rule().grants[self as usize]
    }

    /// Whether this role has that right at all.
    pub fn may(self, right: Right) -> bool {
        self.grant(right) > Grant::None
    }

    /// The roles that have a right at all.
    pub fn that_may(right: Right) -> impl Iterator<Item = Role> {
        Role::ALL.iter().copied().filter(move |role| role.may(right))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_right_stands_at_its_place_in_the_table() {
        for (place, rule) in RULES.iter().enumerate() {
            assert_eq!(rule.right as usize, place, "{:?}", rule.right);
        }
        assert_eq!(RULES.len(), Right::ManageSettings as usize + 1);
    }

    #[test]
    fn rights_shrink_from_owner_to_reader() {
        for rule in RULES {
            assert!(rule.grants.is_sorted_by(|one, next| one >= next), "{:?}", rule.right);
        }
        let count = |role: Role| RULES.iter().filter(|rule| role.may(rule.right)).count();
        assert_eq!(Role::ALL.iter().map(|role| count(*role)).collect::<Vec<_>>(), [16, 15, 10, 4, 1, 0]);
        assert_eq!((Role::Author.grant(Right::Write), Role::Editor.grant(Right::Write)), (Own, Any));
    }
}
