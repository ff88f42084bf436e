ALTER TABLE revisions DROP KEY revisions_by_age, DROP COLUMN name, DROP COLUMN note, DROP COLUMN words_added, DROP COLUMN words_removed, DROP COLUMN published_at, DROP COLUMN begun_at;
