ALTER TABLE entries DROP KEY entries_by_state, ADD KEY entries_by_state (state, changed_at, id);
