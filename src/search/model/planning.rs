//! How a search is carried out, so that it costs no more on a large site and whatever is typed.
//!
//! The vocabulary tells in how many documents a word stands. InnoDB's index of words reads every one of them, and knows no dates and no
//! kinds. So it is asked for the rare words, as many as bring the documents that are left below [`MOST`]; what is common is looked for
//! in these. Where all words are common, there is no need to read every document: the newest [`MOST`] hold enough of them, and titles
//! tell of the others ([`super::memory`]).

use super::{
    document::{of_author, of_category, of_kind, of_title, of_year},
    vocabulary,
};
use crate::{
    content::model::{category::CategoryId, entry::Kind},
    db::Conn,
    search::{
        passage::Marks,
        query::{Query, Wanted},
        words::{is_pair, spoken, stored},
    },
    web::person::UserId,
};
use diesel::QueryResult;

/// Documents that a search looks at.
pub const MOST: i64 = 1000;
/// A word in more documents is common.
const COMMON: i64 = 4000;
/// So many results of a walk are enough where more would cost much.
const ENOUGH: f64 = 50.0;

/// One of several words of which one must occur.
#[derive(Debug, Clone, PartialEq)]
pub struct Alternative {
    /// As the index has it; with `*` at its end: whatever begins like this.
    pub stored: String,
    /// In how many documents it stands.
    pub documents: i64,
    /// How near it is to what was typed, 1 at most.
    pub quality: f64,
}

/// What must occur: a word in one of its forms, or one of several keys.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// The forms, what was typed first.
    pub any: Vec<Alternative>,
    /// In how many documents there is one of them at most.
    pub documents: i64,
    /// In how many titles.
    pub titles: i64,
    /// Whether it is a key to filter by and no word.
    pub is_key: bool,
}

impl Group {
    /// Whether an index of the documents themselves has it: kind, author, year.
    fn is_indexed(&self) -> bool {
        self.is_key && !self.any.iter().any(|one| one.stored.starts_with("_c"))
    }
}

/// What results are narrowed to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filters {
    /// Posts or pages.
    pub kind: Option<Kind>,
    /// By this author.
    pub author: Option<UserId>,
    /// In one of these: a category and those below it. Empty: in any.
    pub categories: Vec<CategoryId>,
    /// Published in this year, in the site's time zone.
    pub year: Option<i32>,
}

impl Filters {
    /// Whether nothing is left out.
    pub fn is_empty(&self) -> bool {
        *self == Filters::default()
    }

    fn keys(&self) -> Vec<Vec<String>> {
        let one = [self.kind.map(of_kind), self.author.map(|id| of_author(id.number())), self.year.map(of_year)];
        let categories: Vec<String> = self.categories.iter().map(|id| of_category(id.number())).collect();
        one.into_iter().flatten().map(|key| vec![key]).chain((!categories.is_empty()).then_some(categories)).collect()
    }

    /// What documents must hold to be left.
    pub fn groups(&self, conn: &mut Conn) -> QueryResult<Vec<Group>> {
        let keys = self.keys();
        let known = vocabulary::known(conn, &keys.concat())?;
        let group = |any: Vec<String>| {
            let any =
                any.into_iter().map(|stored| Alternative { documents: known.get(&stored).copied().unwrap_or(0), stored, quality: 1.0 });
            let any: Vec<Alternative> = any.collect();
            Group { documents: any.iter().map(|one| one.documents).sum(), titles: 0, any, is_key: true }
        };
        Ok(keys.into_iter().map(group).collect())
    }
}

/// The words that are wanted, each with its forms.
pub fn groups(conn: &mut Conn, query: &Query) -> QueryResult<Vec<Group>> {
    let forms: Vec<Vec<(String, f64)>> = query.wanted.iter().map(|one| forms(conn, one)).collect::<QueryResult<_>>()?;
    let stored: Vec<String> = forms.iter().flatten().map(|(word, _)| word.clone()).collect();
    let titles: Vec<String> = stored.iter().map(|word| of_title(spoken(word))).collect();
    let known = vocabulary::known(conn, &[stored, titles].concat())?;
    let documents = |word: &str| known.get(word).copied().unwrap_or(0);
    let group = |forms: Vec<(String, f64)>| {
        let titles = forms.iter().map(|(word, _)| documents(&of_title(spoken(word)))).sum();
        let mut any: Vec<Alternative> =
            forms.into_iter().map(|(stored, quality)| Alternative { documents: documents(&stored), stored, quality }).collect();
        // Other forms are only there if some document has them; what was typed may be too new to be known.
        let mut place = 0;
        any.retain(|one| {
            place += 1;
            place == 1 || one.documents > 0 || one.stored.ends_with('*')
        });
        Group { documents: any.iter().map(|one| one.documents).sum(), titles, any, is_key: false }
    };
    Ok(forms.into_iter().map(group).collect())
}

/// A word as it was typed, in the other number, and as the beginning of others.
fn forms(conn: &mut Conn, one: &Wanted) -> QueryResult<Vec<(String, f64)>> {
    let mut forms = vec![(stored(&one.term), 1.0)];
    let mut add = |word: String, quality: f64| {
        if !forms.iter().any(|(known, _)| *known == word) {
            forms.push((word, quality));
        }
    };
    number_forms(&one.term).into_iter().for_each(|word| add(stored(&word), 0.9));
    if one.is_prefix && one.term.len() > 1 {
        let longer = vocabulary::beginning(conn, &one.term)?;
        let known = !longer.is_empty();
        longer.into_iter().for_each(|(word, _)| add(word, 0.6));
        // What was published this very minute is not in the vocabulary.
        if !known && one.term.len() > 2 {
            add(format!("{}*", one.term), 0.6);
        }
    }
    Ok(forms)
}

/// The singular of a plural and the other way round, as English and its neighbours make it.
fn number_forms(term: &str) -> Vec<String> {
    if term.len() < 4 || is_pair(term) || !term.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return Vec::new();
    }
    let mut forms = vec![format!("{term}s"), format!("{term}es")];
    forms.extend(term.strip_suffix('y').map(|stem| format!("{stem}ies")));
    forms.extend(term.strip_suffix("ies").map(|stem| format!("{stem}y")));
    forms.extend(term.strip_suffix("es").map(str::to_owned));
    forms.extend(term.strip_suffix('s').filter(|stem| !stem.ends_with('s')).map(str::to_owned));
    forms
}

/// How the documents are found.
#[derive(Debug, Clone, PartialEq)]
pub enum Way {
    /// By the index of words, which is asked this; what is `left` must be looked for in what it finds.
    Ask {
        /// A boolean query.
        boolean: String,
        /// Places of the groups that it leaves out.
        left: Vec<usize>,
    },
    /// Among the newest documents and the titles.
    Walk {
        /// A boolean query for titles, where they are not in memory; only if it finds few.
        titles: Option<String>,
    },
}

/// How many documents are to be expected that hold one of each group, among `total`.
fn expected(total: i64, documents: impl Iterator<Item = i64>) -> f64 {
    let total = total.max(1) as f64;
    documents.fold(total, |left, many| left * (many as f64 / total).min(1.0))
}

/// Whether the newest of those that an index leaves hold enough of what the index of words would find at great cost.
fn is_walk_enough(groups: &[Group], total: i64) -> bool {
    let (indexed, others): (Vec<&Group>, Vec<&Group>) = groups.iter().partition(|group| group.is_indexed());
    let rarest = others.iter().filter(|group| !group.is_key).map(|group| group.documents).min();
    let within = expected(total, indexed.iter().map(|group| group.documents));
    let newest = within.min(MOST as f64);
    let found = newest * expected(total, others.iter().map(|group| group.documents)) / total.max(1) as f64;
    rarest.is_some_and(|rarest| rarest > COMMON) && (within < MOST as f64 || found >= ENOUGH)
}

/// Decides how.
pub fn way(groups: &[Group], total: i64) -> Way {
    if expected(total, groups.iter().map(|group| group.documents)) > MOST as f64 || is_walk_enough(groups, total) {
        let words: Vec<&Group> = groups.iter().filter(|group| !group.is_key).collect();
        let few = expected(total, words.iter().map(|group| group.titles)) <= MOST as f64 / 2.0;
        return Way::Walk { titles: few.then(|| boolean(words.into_iter(), |stored| of_title(spoken(stored)))) };
    }
    let mut rare: Vec<usize> = (0..groups.len()).collect();
    rare.sort_by_key(|place| groups[*place].documents);
    let asked = |count: usize| expected(total, rare[..count].iter().map(|place| groups[*place].documents));
    let needed = (1..=rare.len()).find(|count| asked(*count) <= MOST as f64 / 2.0).unwrap_or(rare.len());
    let (asked, rest) = rare.split_at(needed);
    // What is not common costs less to read than to look for.
    let (left, also): (Vec<usize>, Vec<usize>) = rest.iter().copied().partition(|place| groups[*place].documents > COMMON);
    let asked = asked.iter().chain(&also).map(|place| &groups[*place]);
    Way::Ask { boolean: boolean(asked, str::to_owned), left }
}

/// A boolean query for documents that hold one of each, written as `word` has it.
pub fn boolean<'a>(groups: impl Iterator<Item = &'a Group>, word: impl Fn(&str) -> String) -> String {
    let one = |group: &Group| {
        let words: Vec<String> = group.any.iter().map(|one| word(&one.stored)).collect();
        if words.len() == 1 { format!("+{}", words[0]) } else { format!("+({})", words.join(" ")) }
    };
    groups.map(one).collect::<Vec<_>>().join(" ")
}

/// A boolean query for documents that hold some of the words; common ones only if there are no others.
pub fn some_of(groups: &[Group]) -> String {
    let rare: Vec<&Group> = groups.iter().filter(|group| group.documents <= COMMON).collect();
    let chosen = if rare.is_empty() { groups.iter().min_by_key(|group| group.documents).into_iter().collect() } else { rare };
    let words = chosen.iter().flat_map(|group| &group.any).map(|one| one.stored.clone());
    words.collect::<Vec<_>>().join(" ")
}

/// What is marked in results.
pub fn marks(groups: &[Group], query: &Query) -> Marks {
    let forms = groups.iter().filter(|group| !group.is_key).flat_map(|group| &group.any);
    let words = forms.filter(|one| !one.stored.ends_with('*')).map(|one| spoken(&one.stored).to_owned());
    let beginnings = query.wanted.iter().filter(|one| one.is_prefix).map(|one| one.term.clone());
    // The words of a phrase are marked although every text has them.
    Marks { words: words.chain(query.phrases.iter().flatten().cloned()).collect(), beginnings: beginnings.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(words: &[&str], documents: i64, titles: i64) -> Group {
        let any = words.iter().map(|word| Alternative { stored: (*word).to_owned(), documents, quality: 1.0 }).collect();
        Group { any, documents, titles, is_key: false }
    }

    fn asked(groups: &[Group], total: i64) -> (String, Vec<usize>) {
        match way(groups, total) {
            Way::Ask { boolean, left } => (boolean, left),
            Way::Walk { titles } => (format!("walk {}", titles.unwrap_or_default()), Vec::new()),
        }
    }

    #[test]
    fn the_index_is_asked_for_rare_words_and_common_ones_are_looked_for_in_what_it_finds() {
        let groups = [group(&["server"], 60_000, 900), group(&["zebra", "zebras"], 40, 1)];
        assert_eq!(asked(&groups, 100_000), ("+(zebra zebras)".to_owned(), vec![0]));
        assert_eq!(asked(&groups, 700), ("+(zebra zebras)".to_owned(), vec![0]));
        let groups = [group(&["pool"], 300, 2), group(&["night"], 900, 2)];
        assert_eq!(asked(&groups, 100_000), ("+pool +night".to_owned(), Vec::new()));
    }

    #[test]
    fn where_all_is_common_the_newest_are_enough() {
        assert_eq!(asked(&[group(&["server"], 60_000, 300)], 100_000).0, "walk +_t_server");
        assert_eq!(asked(&[group(&["server"], 60_000, 9000)], 100_000).0, "walk ");
        assert_eq!(asked(&[group(&["server"], 700, 100)], 700).0, "+server");
    }

    #[test]
    fn the_newest_of_a_kind_are_enough_where_every_word_is_common() {
        let key = |word: &str, documents: i64| Group { is_key: true, ..group(&[word], documents, 0) };
        let common = [group(&["server"], 30_000, 900), group(&["night"], 30_000, 900), key("_kpage", 5000)];
        assert!(asked(&common, 100_000).0.starts_with("walk"));
        let rarer = [group(&["server"], 20_000, 900), group(&["night"], 10_000, 900), key("_kpage", 5000)];
        assert_eq!(asked(&rarer, 100_000).0, "+_kpage +night", "a thousand pages would hold twenty");
        let few = [group(&["server"], 20_000, 900), group(&["night"], 10_000, 900), key("_a7_", 300)];
        assert!(asked(&few, 100_000).0.starts_with("walk"), "all of them are looked at");
        let topic = [group(&["server"], 30_000, 900), group(&["night"], 30_000, 900), key("_c4_", 5000)];
        assert_eq!(asked(&topic, 100_000).0, "+_c4_ +server +night", "no index has the newest of a topic");
    }

    #[test]
    fn what_is_not_known_yet_is_asked_for() {
        assert_eq!(asked(&[group(&["fresh"], 0, 0), group(&["the_"], 90_000, 0)], 100_000).0, "+fresh");
        assert_eq!(number_forms("queries"), ["queriess", "querieses", "query", "queri", "querie"]);
        assert_eq!(
            (number_forms("class"), number_forms("rust")),
            (vec!["classs".to_owned(), "classes".to_owned()], vec!["rusts".to_owned(), "rustes".to_owned()])
        );
    }
}
