-- With kind, state and title the list of entries is looked through for words and categories without reading the entries.
ALTER TABLE entries DROP KEY entries_by_change, ADD KEY entries_by_change (changed_at, id, kind, state, title);
