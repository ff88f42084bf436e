//! What the list of entries reads of one category.

use super::{Counted, MOST};

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
async fn what_stands_in_a_large_category_is_found_however_far_behind_others_it_is() {
    const LARGE: &str = "SELECT CAST(list_key AS CHAR) AS word FROM list_counts WHERE kind = 'category' ORDER BY entries DESC LIMIT 1";
    let site = Counted::of(20_000).await;
    let category = site.word(LARGE);
    let inside = format!("EXISTS (SELECT 1 FROM entry_categories WHERE category_id = {category} AND entry_id = entries.id)");
    site.site.change_entries(&format!("UPDATE entries SET changed_at = changed_at - INTERVAL 20 YEAR WHERE {inside}"));
    for more in ["", "&view=trash", "&view=draft", "&view=live", "&kind=post", "&kind=page", "&after=0~0"] {
        let rows = site.rows_read(&site.editor, &format!("/admin/entries?category={category}{more}")).await;
        assert!((1..=MOST).contains(&rows), "{more} reads {rows} rows");
    }
    // By title no index has them: a few are sorted, and many looked for among all.
    for more in ["", "&view=trash"] {
        let rows = site.rows_read(&site.editor, &format!("/admin/entries?category={category}{more}&order=title")).await;
        assert!((1..=4000).contains(&rows), "{more} by title reads {rows} rows");
    }
}
