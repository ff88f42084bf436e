//! What the list of entries reads of one category.

use super::{Counted, MOST};
use diesel::prelude::*;

#[actix_web::test]
async fn what_a_small_category_has_in_the_trash_is_not_looked_for_among_all_entries() {
    const SMALL: &str = "SELECT CAST(category_id AS CHAR) AS word FROM entry_categories GROUP BY category_id
                         HAVING COUNT(*) BETWEEN 40 AND 400 ORDER BY COUNT(*) LIMIT 1";
    let site = Counted::of(4000).await;
    let category = site.word(SMALL);
    for path in [format!("/admin/entries?category={category}&view=trash"), format!("/admin/entries?category={category}&kind=page")] {
        let rows = site.rows_read(&site.editor, &path).await;
        assert!((1..=2000).contains(&rows), "{path} reads {rows} rows");
    }
}

#[actix_web::test]
async fn what_a_large_category_has_in_the_trash_is_looked_for_there() {
    const LARGE: &str = "SELECT CAST(list_key AS CHAR) AS word FROM list_counts WHERE kind = 'category' ORDER BY entries DESC LIMIT 1";
    let site = Counted::of(20_000).await;
    // What is made up is thrown away last, which is where a look at all entries finds it at once.
    const AGED: &str = "UPDATE entries SET changed_at = changed_at - INTERVAL 20 YEAR WHERE state = 'trashed'";
    for statement in [AGED, "ANALYZE TABLE entries"] {
        diesel::sql_query(statement).execute(&mut site.site.database.conn()).unwrap();
    }
    let category = site.word(LARGE);
    for (view, most) in [("trash", 4000), ("draft", 5000), ("all", 2_000 + MOST)] {
        let rows = site.rows_read(&site.editor, &format!("/admin/entries?category={category}&view={view}")).await;
        assert!((1..=most).contains(&rows), "{view} reads {rows} rows");
    }
}
