ALTER TABLE entries DROP KEY entries_by_title, ADD KEY entries_by_title (title, id);
