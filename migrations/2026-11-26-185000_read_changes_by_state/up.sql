-- With kind and title the list of entries is looked through for words without reading the entries, and without those in the trash,
-- which are many among the newest.
ALTER TABLE entries DROP KEY entries_by_state, ADD KEY entries_by_state (state, changed_at, id, kind, title);
