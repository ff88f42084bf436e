//! What each generated entry is: decided one after the other, by chance that the seed fixes.

use super::{
    dice::{Dice, Zipf},
    stock::Stock,
    talk::{self, Remark},
};
use crate::content::model::entry::{EntryState, Kind};

/// Live posts that later entries link to, the first ones most often.
const CLASSICS: usize = 1000;
/// They are among so many entries, which are written before all others.
pub const FIRST: usize = 2000;
/// No page stands deeper.
const DEEPEST: usize = 4;
/// How far the dates reach back.
pub const YEARS: i64 = 12;
const DAY: i64 = 86_400_000_000;

/// A piece of a body.
#[derive(Debug, Clone, Copy)]
pub enum Part {
    /// A paragraph of the stock.
    Paragraph(usize),
    /// A heading.
    Heading(usize),
    /// A list.
    List(usize),
    /// A block of code.
    Code(usize),
    /// A paragraph with a link to this target, by its number among [`Planner::targets`].
    Inside(usize, usize),
    /// A paragraph with a link to another site.
    Outside(usize),
}

/// An entry that others link to.
#[derive(Debug)]
pub struct Target {
    /// Its key.
    pub id: i64,
    /// Its headline, by its number in the stock.
    pub title: usize,
    /// Its address.
    pub path: String,
}

/// An entry to be.
#[derive(Debug)]
pub struct Plan {
    /// Its key.
    pub id: i64,
    /// Post or page.
    pub kind: Kind,
    /// The page above.
    pub parent: Option<i64>,
    /// Last part of the address.
    pub slug: String,
    /// The address, if it were not in the trash.
    pub path: String,
    /// Order among siblings.
    pub position: i32,
    /// Draft, published or trashed.
    pub state: EntryState,
    /// Headline and summary, by their numbers in the stock.
    pub title: usize,
    /// See `title`.
    pub summary: usize,
    /// The body.
    pub parts: Vec<Part>,
    /// Who wrote it, by number.
    pub author: usize,
    /// Categories by number, the main one first.
    pub categories: Vec<usize>,
    /// Tags by number.
    pub tags: Vec<usize>,
    /// How often it was saved.
    pub revisions: usize,
    /// Whether a newer revision waits behind the live one.
    pub ahead: bool,
    /// Whether it may stand first on the home page.
    pub featured: bool,
    /// First saved, in microseconds since 1970.
    pub created: i64,
    /// The date shown.
    pub published: i64,
    /// Last saved, published or thrown away.
    pub changed: i64,
    /// What is said below it.
    pub remarks: Vec<Remark>,
}

/// How many of each there are to choose from.
#[derive(Debug, Clone, Copy)]
pub struct Sizes {
    /// Entries in all.
    pub entries: usize,
    /// People.
    pub authors: usize,
    /// Categories.
    pub categories: usize,
    /// Tags.
    pub tags: usize,
    /// Words of half of the bodies at most.
    pub words: u32,
}

/// Decides one entry after the other.
#[derive(Debug)]
pub struct Planner<'a> {
    stock: &'a Stock,
    dice: Dice,
    sizes: Sizes,
    first: i64,
    now: i64,
    done: usize,
    authors: Zipf,
    categories: Zipf,
    tags: Zipf,
    classics: Zipf,
    /// What bodies link to.
    pub targets: Vec<Target>,
    /// Key, address and depth of the live pages of this batch.
    pages: Vec<(i64, String, usize)>,
}

impl<'a> Planner<'a> {
    /// `first` is the key of the first entry, `now` in microseconds.
    pub fn new(stock: &'a Stock, seed: u64, sizes: Sizes, first: i64, now: i64) -> Planner<'a> {
        Planner {
            stock,
            dice: Dice::new(seed),
            sizes,
            first,
            now,
            done: 0,
            authors: Zipf::new(sizes.authors),
            categories: Zipf::new(sizes.categories),
            tags: Zipf::new(sizes.tags),
            classics: Zipf::new(CLASSICS),
            targets: Vec::new(),
            pages: Vec::new(),
        }
    }

    /// The next entries, at most so many. They name entries of their own batch and of the first one, so that the others may be
    /// written in any order.
    pub fn batch(&mut self, most: usize) -> Vec<Plan> {
        self.pages.clear();
        let count = most.min(self.sizes.entries - self.done);
        (0..count).map(|_| self.entry()).collect()
    }

    fn entry(&mut self) -> Plan {
        let id = self.first + self.done as i64;
        let kind = if self.dice.per_mille(50) { Kind::Page } else { Kind::Post };
        let state = match self.dice.below(1000) {
            0..60 => EntryState::Draft,
            60..90 if kind == Kind::Post => EntryState::Trashed, // what has pages below it cannot be thrown away
            _ => EntryState::Published,
        };
        let (created, published, changed) = self.times(state);
        self.done += 1;
        let title = self.dice.below(self.stock.titles.len());
        let slug = format!("{}-{id}", self.stock.titles[title].slug);
        let (parent, path, depth) = self.place(kind, &slug);
        let plan = Plan {
            id,
            kind,
            parent,
            position: (id % 1000) as i32,
            state,
            title,
            summary: self.dice.below(self.stock.summaries.len()),
            parts: self.body(),
            author: self.authors.pick(&mut self.dice),
            categories: if kind == Kind::Post { self.topics() } else { Vec::new() },
            tags: if kind == Kind::Post { self.keywords() } else { Vec::new() },
            revisions: 1 + [0, 0, 0, 0, 0, 0, 0, 1, 1, 2][self.dice.below(10)],
            ahead: state == EntryState::Published && self.dice.per_mille(30),
            featured: self.dice.per_mille(10),
            slug,
            path,
            created,
            published,
            changed,
            remarks: match (state, kind) {
                (EntryState::Published, Kind::Post) => talk::remarks(&mut self.dice, self.stock.remarks.len(), published, self.now),
                _ => Vec::new(),
            },
        };
        if state == EntryState::Published && kind == Kind::Post && self.done <= FIRST && self.targets.len() < CLASSICS {
            self.targets.push(Target { id, title, path: plan.path.clone() });
        }
        if state == EntryState::Published && kind == Kind::Page && depth < DEEPEST {
            self.pages.push((id, plan.path.clone(), depth));
        }
        plan
    }

    /// When it was made, published and changed last. Later entries are newer, but not always.
    fn times(&mut self, state: EntryState) -> (i64, i64, i64) {
        let span = YEARS * 365 * DAY;
        let steps = self.sizes.entries as i64 + 1;
        let even = (i128::from(span) * (self.done as i128 + 1) / i128::from(steps)) as i64;
        let published = (self.now - span + even - self.dice.below(3 * DAY as usize) as i64).min(self.now - 60_000_000);
        let created = published - self.dice.below(20 * DAY as usize) as i64;
        let since = |dice: &mut Dice, longest: i64| self.now - dice.below((self.now - published).min(longest) as usize + 1) as i64;
        let changed = match state {
            EntryState::Trashed => since(&mut self.dice, 20 * DAY), // older ones are deleted
            _ if self.dice.per_mille(100) => since(&mut self.dice, span),
            _ => published,
        };
        (created, published, changed)
    }

    /// The page above, the address, and how deep it is.
    fn place(&mut self, kind: Kind, slug: &str) -> (Option<i64>, String, usize) {
        if kind == Kind::Post {
            return (None, format!("/posts/{slug}"), 0);
        }
        // Every sixth stands at the top; the others below one of the last pages.
        if self.pages.is_empty() || self.dice.below(6) == 0 {
            return (None, format!("/{slug}"), 0);
        }
        let (parent, path, depth) = &self.pages[self.dice.below(self.pages.len())];
        (Some(*parent), format!("{path}/{slug}"), depth + 1)
    }

    /// One category, or two.
    fn topics(&mut self) -> Vec<usize> {
        let mut topics = vec![self.categories.pick(&mut self.dice)];
        if self.dice.per_mille(250) {
            topics.push(self.categories.pick(&mut self.dice));
        }
        topics.dedup();
        topics
    }

    /// Up to six tags.
    fn keywords(&mut self) -> Vec<usize> {
        let mut tags = Vec::new();
        for _ in 0..self.dice.below(7) {
            let tag = self.tags.pick(&mut self.dice);
            if !tags.contains(&tag) {
                tags.push(tag);
            }
        }
        tags
    }

    /// Paragraphs with headings, lists, code and links between, of a length as texts have.
    fn body(&mut self) -> Vec<Part> {
        let length = self.dice.log_normal(f64::from(self.sizes.words), 0.7).clamp(20.0, 6000.0) as u32;
        let (paragraph, step) = (self.dice.below(self.stock.paragraphs.len()), 1 + self.dice.below(self.stock.paragraphs.len() - 1));
        let heading = self.dice.below(self.stock.headings.len());
        let (mut parts, mut words, mut blocks) = (Vec::new(), 0, 0);
        while words < length {
            let number = (paragraph + blocks * step) % self.stock.paragraphs.len();
            words += self.stock.paragraphs[number].words;
            parts.push(Part::Paragraph(number));
            blocks += 1;
            match self.dice.below(24) {
                0..6 if words < length => parts.push(Part::Heading((heading + blocks) % self.stock.headings.len())),
                6 => parts.push(Part::List(self.dice.below(self.stock.lists.len()))),
                7 => parts.push(Part::Code(self.dice.below(self.stock.codes.len()))),
                8..12 if !self.targets.is_empty() => {
                    let target = self.classics.pick(&mut self.dice) % self.targets.len();
                    parts.push(Part::Inside(self.dice.below(self.stock.inside.len()), target));
                }
                12 => parts.push(Part::Outside(self.dice.below(self.stock.outside.len()))),
                _ => {}
            }
        }
        parts
    }
}
