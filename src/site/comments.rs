//! Whether and how visitors may comment, as far as the owner decides for the whole site: kept among the settings, arranged in the
//! room `community`.

use crate::text_enum;

text_enum!(
    /// Who may comment.
    Who {
        /// Everybody, with a name.
        Everybody = "everybody",
        /// Whoever has an account and is logged in.
        People = "people",
        /// Nobody; what is there stays.
        Nobody = "nobody",
    }
);

text_enum!(
    /// What waits for a moderator.
    Policy {
        /// Everything.
        Held = "held",
        /// What is the first of its author.
        First = "first",
        /// Nothing but what looks like spam.
        Open = "open",
    }
);

text_enum!(
    /// Who is told by mail that comments wait.
    Tell {
        /// The author of the entry, and everybody who decides about all of them.
        All = "all",
        /// The author of the entry.
        Author = "author",
        /// Nobody.
        Nobody = "nobody",
    }
);

/// How there are comments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comments {
    /// Who may write.
    pub who: Who,
    /// What waits.
    pub policy: Policy,
    /// Whether pages take comments too, where their editor says nothing else.
    pub on_pages: bool,
    /// Whether guests must give a mail address.
    pub needs_email: bool,
    /// Days after publication in which one may comment; 0: for ever.
    pub close_days: u32,
    /// Links that a comment may have without waiting.
    pub links: u32,
    /// Who is told that comments wait.
    pub tell: Tell,
    /// Minutes from one such letter to the next.
    pub tell_minutes: u32,
    /// Days for which it is known from which address a comment came; 0: as long as there is the comment.
    pub trace_days: u32,
    /// Days after which spam and trash are deleted.
    pub trash_days: u32,
}

impl Default for Comments {
    fn default() -> Self {
        Comments {
            who: Who::Everybody,
            policy: Policy::First,
            on_pages: false,
            needs_email: false,
            close_days: 0,
            links: 2,
            tell: Tell::All,
            tell_minutes: 10,
            trace_days: 30,
            trash_days: 30,
        }
    }
}

impl Comments {
    /// As names and values.
    pub fn pairs(&self) -> [(&'static str, String); 10] {
        [
            ("comments.who", self.who.to_string()),
            ("comments.policy", self.policy.to_string()),
            ("comments.on_pages", self.on_pages.to_string()),
            ("comments.needs_email", self.needs_email.to_string()),
            ("comments.close_days", self.close_days.to_string()),
            ("comments.links", self.links.to_string()),
            ("comments.tell", self.tell.to_string()),
            ("comments.tell_minutes", self.tell_minutes.to_string()),
            ("comments.trace_days", self.trace_days.to_string()),
            ("comments.trash_days", self.trash_days.to_string()),
        ]
    }

    /// Takes over a setting, if it is one of these.
    pub fn set(&mut self, name: &str, value: &str) -> bool {
        match name {
            "comments.who" => self.who = Who::from_word(value).unwrap_or(self.who),
            "comments.policy" => self.policy = Policy::from_word(value).unwrap_or(self.policy),
            "comments.on_pages" => self.on_pages = value == "true",
            "comments.needs_email" => self.needs_email = value == "true",
            "comments.close_days" => self.close_days = value.parse().unwrap_or(self.close_days),
            "comments.links" => self.links = value.parse().unwrap_or(self.links),
            "comments.tell" => self.tell = Tell::from_word(value).unwrap_or(self.tell),
            "comments.tell_minutes" => self.tell_minutes = value.parse().unwrap_or(self.tell_minutes),
            "comments.trace_days" => self.trace_days = value.parse().unwrap_or(self.trace_days),
            "comments.trash_days" => self.trash_days = value.parse().unwrap_or(self.trash_days),
            _ => return false,
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stored_is_read_again() {
        let told = Comments {
            who: Who::People,
            policy: Policy::Open,
            on_pages: true,
            needs_email: true,
            close_days: 14,
            links: 0,
            tell: Tell::Nobody,
            tell_minutes: 60,
            trace_days: 7,
            trash_days: 1,
        };
        let mut read = Comments::default();
        assert!(told.pairs().iter().all(|(name, value)| read.set(name, value)));
        assert_eq!(read, told);
        assert!(!read.set("reach.hub", "x"));
    }
}
