ALTER TABLE entries DROP KEY entries_by_author_title;
