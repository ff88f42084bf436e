-- The list of entries begins with the equal parts of its filter, so that a page of it reads as many rows as it shows.
ALTER TABLE entries DROP KEY entries_by_author, ADD KEY entries_by_author (author_id, kind, state, changed_at, id);
