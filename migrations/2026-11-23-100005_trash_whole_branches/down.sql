ALTER TABLE entries DROP FOREIGN KEY entries_trashed_with_fk, DROP KEY entries_by_trashed_with, DROP COLUMN trashed_with_id;
