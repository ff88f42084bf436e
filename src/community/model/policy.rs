//! Where a new comment goes: a rule without a database, so that it can be read and tested alone.

use super::comment::State;
use crate::site::comments::Policy;

/// What is known of a new comment.
#[derive(Debug, Clone, Copy, Default)]
pub struct Facts {
    /// Whoever wrote it decides about comments on this entry.
    pub is_moderator: bool,
    /// Address, network, mail address or words are banned.
    pub is_banned: bool,
    /// The filter takes it for spam, or a program filled in the form.
    pub is_spam: bool,
    /// More links than one may write.
    pub has_many_links: bool,
    /// An account, or a verified address, of which something was shown before.
    pub is_trusted: bool,
}

/// Where it goes, and why it waits, in a sentence for moderators.
pub fn place(policy: Policy, facts: &Facts) -> (State, &'static str) {
    match facts {
        Facts { is_moderator: true, .. } => (State::Shown, ""),
        Facts { is_banned: true, .. } => (State::Spam, "Its author or its words are banned."),
        Facts { is_spam: true, .. } => (State::Spam, ""),
        Facts { has_many_links: true, .. } => (State::Held, "It has more links than one may write."),
        Facts { is_trusted, .. } => match policy {
            Policy::Open => (State::Shown, ""),
            Policy::First if *is_trusted => (State::Shown, ""),
            Policy::First => (State::Held, "Nothing by its author was shown before, as far as is verified."),
            Policy::Held => (State::Held, "Every comment waits."),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_policy_places_strangers_and_the_trusted() {
        let stranger = Facts::default();
        let known = Facts { is_trusted: true, ..stranger };
        let of = |policy| [place(policy, &stranger).0, place(policy, &known).0];
        assert_eq!(of(Policy::Held), [State::Held, State::Held]);
        assert_eq!(of(Policy::First), [State::Held, State::Shown]);
        assert_eq!(of(Policy::Open), [State::Shown, State::Shown]);
    }

    #[test]
    fn what_speaks_against_it_weighs_more_than_trust() {
        let known = Facts { is_trusted: true, ..Facts::default() };
        assert_eq!(place(Policy::Open, &Facts { is_banned: true, ..known }).0, State::Spam);
        assert_eq!(place(Policy::Open, &Facts { is_spam: true, ..known }).0, State::Spam);
        assert_eq!(place(Policy::Open, &Facts { has_many_links: true, ..known }).0, State::Held);
        assert_eq!(place(Policy::Held, &Facts { is_moderator: true, is_spam: true, ..known }).0, State::Shown);
    }
}
