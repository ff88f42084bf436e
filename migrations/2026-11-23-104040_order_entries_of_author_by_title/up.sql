ALTER TABLE entries ADD KEY entries_by_author_title (author_id, kind, state, title, id);
