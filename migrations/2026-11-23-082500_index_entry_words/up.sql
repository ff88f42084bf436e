ALTER TABLE entries ADD FULLTEXT KEY entries_fulltext (title, summary);
