ALTER TABLE entry_categories DROP COLUMN kind, DROP COLUMN state, DROP COLUMN changed_at;
