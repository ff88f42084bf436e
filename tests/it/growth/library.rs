//! What the library of files reads, with a thousand files and with a hundred thousand.

use super::Counted;
use crate::support::site::begin;
use diesel::prelude::*;
use mainstay::{
    journal::Actor,
    media::model::folder::{self, Folder},
};
use std::collections::BTreeMap;

/// A library of so many files in a few folders; one in fifty is not used.
const FILES: &str = "
    INSERT INTO files (address, name, content_type, bytes, sha256, width, height, created_at, storage_key, kind, frames, alt, folder_id, used)
    SELECT CONCAT('/files/', LPAD(HEX(seq), 16, '0'), '/file.jpg'),
           CONCAT(ELT(1 + seq % 5, 'harbour', 'bridge', 'plan', 'sunset', 'crew'), '-', seq, '.jpg'),
           IF(seq % 10 = 0, 'application/pdf', 'image/jpeg'), 10000 + seq * 7919 % 900000, UNHEX(SHA2(seq, 256)), 1600, 1200,
           TIMESTAMP('2026-01-01') + INTERVAL seq * 37 % 200000 MINUTE, CONCAT('originals/', SHA2(seq, 256)),
           IF(seq % 10 = 0, 'document', 'picture'), 1, IF(seq = 77, 'Lighthouse', 'A picture of the sea'), 1 + seq % 4, seq % 50 <> 0
    FROM   ";

impl Counted {
    async fn with_files(count: u32) -> Counted {
        let counted = Counted::of(50).await;
        let conn = &mut counted.site.database.conn();
        for folder in ["Covers", "Crew", "Plans"] {
            counted.site.write(|conn| folder::create(conn, Folder::root(), folder, &Actor::default(), begin()));
        }
        for statement in [format!("{FILES} seq_1_to_{count}"), "ANALYZE TABLE files".to_owned()] {
            diesel::sql_query(statement).execute(conn).unwrap();
        }
        counted
    }

    async fn costs_of_the_library(&self) -> BTreeMap<String, i64> {
        let mut costs = BTreeMap::new();
        let last = [("", "after=0~0"), ("name", "after=0~zzzz"), ("largest", "after=0~0")];
        for place in
            ["", "folder=2", "folder=unused", "folder=3&kind=document", "kind=picture", "kind=video", "folder=unused&kind=document"]
        {
            for (order, last) in last {
                for page in ["", last] {
                    let query = format!("{place}&order={order}&{page}");
                    costs.insert(query.clone(), self.rows_read(&self.editor, &format!("/admin/media?{query}")).await);
                }
            }
        }
        for words in ["q=lighthouse", "q=sea&order=name", "q=nowherefound", "q=harbour&folder=2"] {
            costs.insert(words.to_owned(), self.rows_read(&self.editor, &format!("/admin/media?{words}")).await);
        }
        costs
    }
}

#[actix_web::test]
async fn what_the_library_reads_does_not_grow_with_it() {
    let (small, large) =
        (Counted::with_files(1000).await.costs_of_the_library().await, Counted::with_files(100_000).await.costs_of_the_library().await);
    let table: Vec<String> = small.iter().map(|(what, rows)| format!("{rows:>6} {:>8}  {what}", large[what])).collect();
    // Files that are not used are counted up to a thousand, and words that very many files have up to two thousand.
    let most = |what: &str| if what.starts_with("q=") { 6000 } else { 4000 };
    let grown: Vec<&String> = large.iter().filter(|(what, rows)| **rows > most(what)).map(|(what, _)| what).collect();
    assert!(grown.is_empty(), "these grow: {grown:#?}\n{}", table.join("\n"));
}
