//! Comments below the posts of a made-up site: most posts have none, some have hundreds, and a third of them answer others.

use super::{
    dice::Dice,
    plan::Plan,
    rows::{Rows, Sheet, number, time},
    stock::{Stock, quoted},
    words,
};
use crate::{
    community::model::{comment::DEEPEST, signed::Signer},
    markup::{REMARK_RENDERER, render_remark, slugify},
};
use std::fmt::{self, Write};

/// Half of the posts have fewer; with the spread below about one each.
const USUAL: f64 = 0.4;
const SPREAD: f64 = 1.5;
/// No post has more.
const MOST: f64 = 500.0;
const DAY: i64 = 86_400_000_000;

/// A comment to be.
#[derive(Debug)]
pub struct Remark {
    /// The comment that it answers, by its place among those of its entry.
    over: Option<usize>,
    /// Whether visitors see it; else it waits for a moderator.
    shown: bool,
    /// Who wrote it, by number.
    guest: usize,
    /// What it says, by its number in the stock.
    text: usize,
    /// When, in microseconds since 1970.
    at: i64,
}

/// What is said below a post that was published then. All times are in microseconds.
pub fn remarks(dice: &mut Dice, texts: usize, published: i64, now: i64) -> Vec<Remark> {
    let count = dice.log_normal(USUAL, SPREAD).min(MOST) as usize;
    let (mut all, mut at) = (Vec::<Remark>::with_capacity(count), published);
    for place in 0..count {
        at = (at + dice.below(2 * DAY as usize) as i64).min(now);
        let over = if dice.per_mille(350) { Some(dice.below(place)) } else { None };
        let over = over.filter(|over| all.get(*over).is_some_and(|one| one.shown));
        all.push(Remark { over, shown: !dice.per_mille(10), guest: dice.below(words::names().len()), text: dice.below(texts), at });
    }
    all
}

/// A text as a guest types it, and as visitors read it; both quoted.
#[derive(Debug)]
pub struct Said {
    markdown: String,
    html: String,
}

impl Said {
    /// Renders it.
    pub fn of(markdown: &str) -> Said {
        Said { html: quoted(render_remark(markdown).0.as_str()), markdown: quoted(markdown) }
    }
}

/// Somebody who writes comments.
#[derive(Debug)]
pub struct Guest {
    name: String,
    email: String,
    avatar: String,
}

impl Guest {
    /// All there are.
    pub fn all(signer: &Signer) -> Vec<Guest> {
        let guest =
            |name: &&str| Guest { avatar: signer.avatar(name), email: format!("{}@readers.example", slugify(name)), name: quoted(name) };
        words::names().iter().map(guest).collect()
    }
}

/// Makes rows of comments.
#[derive(Debug)]
pub struct Talk {
    next: i64,
    comments: Sheet,
    counts: Sheet,
}

impl Talk {
    /// `next` is the key of the first.
    pub fn new(next: i64, by_file: bool) -> Talk {
        const COLUMNS: &str = "comments (id, entry_id, parent_id, thread_id, depth, state, visible, author_name, author_email, body, html, \
                               renderer, avatar, nonce, created_at, told_at, opinion)";
        Talk { next, comments: Sheet::new(COLUMNS, by_file), counts: Sheet::new("entry_comments (entry_id, mode, shown)", by_file) }
    }

    /// Those of an entry, and how many visitors see.
    pub fn below(&mut self, plan: &Plan, stock: &Stock, guests: &[Guest]) -> fmt::Result {
        let mut places: Vec<(i64, i32)> = Vec::with_capacity(plan.remarks.len());
        let first = self.next;
        for (id, remark) in (first..).zip(&plan.remarks) {
            let above = remark.over.map(|over| (first + over as i64, places[over]));
            let (top, depth) = above.map_or((id, 0), |(_, (top, depth))| (top, (depth + 1).min(DEEPEST)));
            places.push((top, depth));
            let (Guest { name, email, avatar }, Said { markdown, html }) = (&guests[remark.guest], &stock.remarks[remark.text]);
            let (parent, at) = (number(above.map(|(id, _)| id)), time(remark.at));
            // Moderators are not told of what waits on a made-up site.
            let (state, told) = if remark.shown { ("shown", "NULL".to_owned()) } else { ("held", format!("'{at}'")) };
            self.comments.row(|row| {
                write!(row, "{id},{},{parent},{top},{depth},'{state}',{},'{name}','{email}',", plan.id, u8::from(remark.shown))?;
                write!(row, "'{markdown}','{html}',{REMARK_RENDERER},'{avatar}','{id:032}','{at}',{told},''")
            })?;
        }
        self.next += plan.remarks.len() as i64;
        let shown = plan.remarks.iter().filter(|remark| remark.shown).count();
        if shown > 0 {
            self.counts.row(|row| write!(row, "{},'inherit',{shown}", plan.id))?;
        }
        Ok(())
    }

    /// What is full, and the rest.
    pub fn take(&mut self) -> impl Iterator<Item = Rows> {
        [&mut self.comments, &mut self.counts].into_iter().flat_map(Sheet::take)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn most_posts_have_few_comments_and_some_have_many() {
        let mut dice = Dice::new(3);
        let now = 20_000 * DAY;
        let counts: Vec<usize> = (0..20_000).map(|_| remarks(&mut dice, 10, now - 100 * DAY, now).len()).collect();
        let none = counts.iter().filter(|count| **count == 0).count();
        assert!((13_000..16_000).contains(&none), "{none}");
        assert!((14_000..26_000).contains(&counts.iter().sum::<usize>()), "{}", counts.iter().sum::<usize>());
        assert!((50..=500).contains(counts.iter().max().unwrap()));
    }

    #[test]
    fn only_what_is_shown_is_answered_and_nothing_comes_too_early() {
        let mut dice = Dice::new(4);
        for _ in 0..3000 {
            let all = remarks(&mut dice, 10, 5 * DAY, 9 * DAY);
            for (place, one) in all.iter().enumerate() {
                assert!(one.over.is_none_or(|over| over < place && all[over].shown && all[over].at <= one.at));
                assert!((5 * DAY..=9 * DAY).contains(&one.at));
            }
        }
    }
}
