ALTER TABLE entries ADD KEY entries_by_kind_title (kind, state, title, id);
