ALTER TABLE entries DROP KEY entries_by_title, ADD KEY entries_by_title (kind, state, title, id);
