ALTER TABLE entries DROP KEY entries_by_change, ADD KEY entries_by_change (changed_at, id);
