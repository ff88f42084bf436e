ALTER TABLE entries ADD KEY entries_by_change (changed_at, id, kind, state, title);
