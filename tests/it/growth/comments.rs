//! What comments read below a post and in the queue, with a thousand and with a hundred thousand.

use super::{Counted, MOST};
use diesel::prelude::*;
use std::collections::BTreeMap;

/// Comments below the post with key 1 in place of the made-up ones: two of three at the top of a thread, the others answer one; one of four waits or is spam.
const COMMENTS: [&str; 4] = [
    "DELETE FROM comments",
    "DELETE FROM entry_comments",
    "INSERT INTO comments (id, entry_id, parent_id, thread_id, depth, state, visible, author_name, author_email, body, html, renderer,
                           avatar, nonce, created_at, opinion)
     SELECT seq, 1, IF(seq % 3 = 0, seq - 1, NULL), IF(seq % 3 = 0, seq - 1, seq), IF(seq % 3 = 0, 1, 0),
            ELT(1 + seq % 4, 'held', 'shown', 'shown', 'spam'), seq % 4 IN (1, 2), CONCAT('Guest ', seq % 1000),
            CONCAT('guest', seq % 1000, '@example.org'), CONCAT('Comment number ', seq), CONCAT('<p>Comment number ', seq, '</p>'), 1,
            '0123456789abcdef', UNHEX(SHA2(seq, 256)), TIMESTAMP('2026-01-01') + INTERVAL seq MINUTE, '{}'
     FROM   ",
    "ANALYZE TABLE comments",
];

impl Counted {
    async fn with_comments(count: u32) -> Counted {
        let counted = Counted::of(50).await;
        let conn = &mut counted.site.database.conn();
        let [clear, uncount, fill, analyze] = COMMENTS.map(str::to_owned);
        for statement in [clear, uncount, format!("{fill} seq_1_to_{count}"), analyze] {
            diesel::sql_query(statement).execute(conn).unwrap();
        }
        counted
    }

    async fn costs_of_comments(&self) -> BTreeMap<String, i64> {
        let post = self.word("SELECT path AS word FROM entries WHERE id = 1");
        let middle = self.word("SELECT CAST(MAX(id) DIV 2 AS CHAR) AS word FROM comments");
        let last = self.word("SELECT CAST(MAX(id) AS CHAR) AS word FROM comments WHERE state = 'shown' AND depth = 0");
        let mut costs = BTreeMap::new();
        for (what, path) in [
            ("the first page", post.clone()),
            ("a page in the middle", format!("{post}?before={middle}~")),
            ("a page before it", format!("{post}?after={middle}~")),
            ("the last page", format!("{post}?after=99999999~")),
            ("where the newest stands", format!("/comments/{last}")),
            ("the form that answers it", format!("/comments/new?entry=1&parent={last}")),
        ] {
            costs.insert(what.to_owned(), self.rows_read(&self.visitor, &path).await);
        }
        for view in ["held", "shown", "spam", "trashed"] {
            for place in [String::new(), format!("before={middle}~"), format!("after={middle}~")] {
                let what = format!("the queue: {view} {}", place.split('=').next().unwrap_or(""));
                costs.insert(what, self.rows_read(&self.editor, &format!("/admin/comments?view={view}&{place}")).await);
            }
        }
        for words in ["q=guest7@example.org", "q=nowherefound", "entry=1&view=shown"] {
            costs.insert(words.to_owned(), self.rows_read(&self.editor, &format!("/admin/comments?{words}")).await);
        }
        costs.insert("one comment".to_owned(), self.rows_read(&self.editor, &format!("/admin/comments/{last}")).await);
        costs
    }
}

#[actix_web::test]
async fn what_comments_read_does_not_grow_with_them() {
    let (small, large) =
        (Counted::with_comments(1000).await.costs_of_comments().await, Counted::with_comments(100_000).await.costs_of_comments().await);
    let table: Vec<String> = small.iter().map(|(what, rows)| format!("{rows:>6} {:>8}  {what}", large[what])).collect();
    // Of each state up to a thousand are counted for the tabs, and as many by each author of the page.
    let most = |what: &str| if what.starts_with("the queue") || what.contains('=') || what == "one comment" { 12_000 } else { MOST };
    let grown: Vec<&String> = large.iter().filter(|(what, rows)| **rows > most(what)).map(|(what, _)| what).collect();
    assert!(grown.is_empty(), "these grow: {grown:#?}\n{}", table.join("\n"));
}
