ALTER TABLE entries DROP KEY entries_fulltext;
