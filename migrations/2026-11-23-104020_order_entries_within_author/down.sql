ALTER TABLE entries DROP KEY entries_by_author, ADD KEY entries_by_author (author_id, changed_at, id);
