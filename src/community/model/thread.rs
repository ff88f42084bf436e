//! The comments of an entry as visitors read them: threads, oldest first, a page of them in one query.
//!
//! A page begins after the thread that its address names, and holds whole threads: as many as fit into [`MOST_ROWS`], and at most
//! [`THREADS`]. A thread takes no more than [`MOST_REPLIES`] answers (`writing`), so one always fits.

use super::{
    comment::{Comment, CommentId, DEEPEST, State},
    openness::Mode,
};
use crate::{
    content::model::entry::EntryId,
    db::{
        Conn,
        cursor::{Cursor, Way},
        statement::Statement,
    },
    schema::{comments, entry_comments},
};
use diesel::{
    dsl::{AsSelect, SqlTypeOf},
    mysql::Mysql,
    prelude::*,
    sql_types::{BigInt, Integer, Nullable, Text},
};

/// Threads on a page.
pub const THREADS: usize = 50;
/// Answers in a thread.
pub const MOST_REPLIES: i64 = 300;
/// Comments on a page, as far as whole threads allow.
pub const MOST_ROWS: usize = 600;

/// A comment with those that answer it.
#[derive(Debug)]
pub struct Node {
    /// The comment.
    pub comment: Comment,
    /// Oldest first.
    pub replies: Vec<Node>,
}

/// A page of the comments of an entry.
#[derive(Debug)]
pub struct Threads {
    /// The switch of the entry.
    pub mode: Mode,
    /// How many are shown, on all pages.
    pub count: i32,
    /// The newest of all that are shown.
    pub newest: Option<CommentId>,
    /// Whole threads, oldest first.
    pub nodes: Vec<Node>,
    /// What the address of the page before says.
    pub earlier: Option<String>,
    /// What the address of the page after says.
    pub later: Option<String>,
}

type RowType = (Nullable<Text>, Nullable<Integer>, SqlTypeOf<AsSelect<Option<Comment>, Mysql>>, Nullable<BigInt>);
type Row = (Option<Mode>, Option<i32>, Option<Comment>, Option<CommentId>);

/// The threads of a page: one row for each comment, or one without a comment where there is none. The inner query reads one more
/// thread than is shown.
fn statement(way: Option<Way>) -> String {
    let (from, order) = match way {
        None => ("", "ASC"),
        Some(Way::Down) => ("AND id > ?", "ASC"),
        Some(Way::Up) => ("AND id < ?", "DESC"),
    };
    format!(
        "SELECT {{}}, (SELECT MAX(newest.id) FROM comments AS newest WHERE newest.entry_id = it.id AND newest.state = 'shown') AS newest_one \
         FROM (SELECT CAST(? AS SIGNED) AS id) AS it LEFT JOIN entry_comments ON entry_comments.entry_id = it.id \
         LEFT JOIN (SELECT id, entry_id FROM comments FORCE INDEX (comments_on_page) \
             WHERE entry_id = ? AND depth = 0 AND visible = 1 {from} ORDER BY id {order} LIMIT {}) AS top ON top.entry_id = it.id \
         LEFT JOIN comments ON comments.thread_id = top.id AND comments.visible = 1 LEFT JOIN users ON users.id = comments.user_id \
         ORDER BY top.id {order}, comments.id LIMIT {}",
        THREADS + 1,
        MOST_ROWS + 1
    )
}

impl Threads {
    /// The page that begins at a place, or the first.
    pub fn page(conn: &mut Conn, entry: EntryId, place: Option<&Cursor>) -> QueryResult<Threads> {
        let columns = (entry_comments::mode.nullable(), entry_comments::shown.nullable(), Option::<Comment>::as_select());
        let way = place.map(|place| place.way);
        let mut statement: Statement<_, RowType> = Statement::new(statement(way), columns).number(entry.number()).number(entry.number());
        if let Some(place) = place {
            statement = statement.number(place.id);
        }
        let rows: Vec<Row> = statement.load(conn)?;
        let (mode, count, newest) = rows.first().map_or((None, None, None), |(mode, count, _, newest)| (*mode, *count, *newest));
        let rows = rows.into_iter().filter_map(|(_, _, comment, _)| comment).collect();
        let (comments, more) = whole(rows);
        let (first, last) = ends(&comments);
        let (has_earlier, has_later) = match way {
            None => (false, more),
            Some(Way::Down) => (true, more),
            Some(Way::Up) => (more, true),
        };
        Ok(Threads {
            mode: mode.unwrap_or(Mode::Inherit),
            count: count.unwrap_or(0),
            newest,
            nodes: tree(comments),
            earlier: first.filter(|_| has_earlier).map(mark),
            later: last.filter(|_| has_later).map(mark),
        })
    }
}

/// What an address says of a thread.
pub fn mark(thread: CommentId) -> String {
    Cursor::of_text("", thread.number())
}

/// Cuts rows, ordered by thread, down to whole threads; says whether there are more.
fn whole(mut rows: Vec<Comment>) -> (Vec<Comment>, bool) {
    let mut threads: Vec<CommentId> = rows.iter().filter_map(|row| row.thread_id).collect();
    threads.dedup();
    let cut = rows.len() > MOST_ROWS;
    if cut && threads.len() > 1 {
        threads.pop(); // its end may be missing
    }
    let more = cut || threads.len() > THREADS;
    threads.truncate(THREADS);
    rows.retain(|row| row.thread_id.is_some_and(|thread| threads.contains(&thread)));
    (rows, more)
}

/// The oldest and the newest thread.
fn ends(rows: &[Comment]) -> (Option<CommentId>, Option<CommentId>) {
    let threads = || rows.iter().filter_map(|row| row.thread_id);
    (threads().min(), threads().max())
}

/// Hangs each comment below the one that it answers. One whose place is missing stands at the top.
fn tree(mut rows: Vec<Comment>) -> Vec<Node> {
    rows.sort_by_key(|row| row.id);
    let mut nodes: Vec<Node> = Vec::new();
    // From the newest to the oldest: whatever answers a comment is newer than it, so each is whole before it is hung up.
    while let Some(comment) = rows.pop() {
        let (mut replies, others): (Vec<Node>, Vec<Node>) = nodes.into_iter().partition(|node| node.comment.parent_id == Some(comment.id));
        replies.sort_by_key(|node| node.comment.id);
        nodes = others;
        nodes.push(Node { comment, replies });
    }
    nodes.sort_by_key(|node| node.comment.id);
    nodes
}

/// A step of a drawn tree: templates know no recursion.
pub enum Step<'a> {
    /// A comment begins; whether something stands below it.
    Begin(&'a Comment),
    /// A list of answers begins.
    Down,
    /// It ends.
    Up,
    /// The comment ends.
    End,
}

/// A tree as steps. What answers the deepest comments stands beside them.
pub fn steps(nodes: &[Node]) -> Vec<Step<'_>> {
    let mut steps = Vec::new();
    draw(nodes, 0, &mut steps);
    steps
}

fn draw<'a>(nodes: &'a [Node], depth: i32, steps: &mut Vec<Step<'a>>) {
    for node in nodes {
        steps.push(Step::Begin(&node.comment));
        if !node.replies.is_empty() && depth < DEEPEST {
            steps.push(Step::Down);
            draw(&node.replies, depth + 1, steps);
            steps.push(Step::Up);
        }
        steps.push(Step::End);
        if depth >= DEEPEST {
            draw(&node.replies, depth, steps);
        }
    }
}

/// What the address of the page says on which a comment stands: nothing for the first page.
pub fn place_of(conn: &mut Conn, comment: &Comment) -> QueryResult<Option<String>> {
    let Some(thread) = comment.thread_id else { return Ok(None) };
    let first = Threads::page(conn, comment.entry_id, None)?;
    if first.nodes.iter().any(|node| node.comment.id == thread) {
        return Ok(None);
    }
    let before = comments::table
        .filter(comments::entry_id.eq(comment.entry_id))
        .filter(comments::depth.eq(0))
        .filter(comments::visible.eq(true))
        .filter(comments::id.lt(thread));
    let before: Option<CommentId> = before.order(comments::id.desc()).select(comments::id).first(conn).optional()?;
    Ok(before.map(mark))
}

/// How many answers a thread has, whatever their state.
pub fn replies(conn: &mut Conn, thread: CommentId) -> QueryResult<i64> {
    comments::table.filter(comments::thread_id.eq(thread)).filter(comments::state.ne(State::Withdrawn)).count().get_result(conn)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn comment(id: i64, parent: Option<i64>, thread: i64) -> Comment {
        Comment::made_up(id.into(), parent.map(CommentId::from), thread.into())
    }

    fn drawn(nodes: &[Node]) -> String {
        let sign = |step: &Step<'_>| match step {
            Step::Begin(comment) => comment.id.to_string(),
            Step::Down => "(".to_owned(),
            Step::Up => ")".to_owned(),
            Step::End => ";".to_owned(),
        };
        steps(nodes).iter().map(sign).collect()
    }

    #[test]
    fn answers_hang_below_what_they_answer_oldest_first() {
        let rows = vec![comment(1, None, 1), comment(4, Some(1), 1), comment(5, Some(3), 1), comment(3, Some(1), 1), comment(2, None, 2)];
        assert_eq!(drawn(&tree(rows)), "1(3(5;);4;);2;");
        let deep = (1..=7).map(|id| comment(id, (id > 1).then_some(id - 1), 1)).collect();
        assert_eq!(drawn(&tree(deep)), "1(2(3(4(5;6;7;););););", "five levels deep");
    }

    #[test]
    fn a_page_holds_whole_threads() {
        let row = |id: i64| comment(id, None, id);
        let (rows, more) = whole((1..=51).map(row).collect());
        assert_eq!((rows.len(), more), (50, true));
        let long: Vec<Comment> =
            (1..=300).map(|id| comment(id, Some(1), 1)).chain((301..=601).map(|id| comment(id, Some(301), 301))).collect();
        let (rows, more) = whole(long);
        assert_eq!((rows.len(), more), (300, true));
        assert!(!whole(Vec::new()).1);
    }
}
