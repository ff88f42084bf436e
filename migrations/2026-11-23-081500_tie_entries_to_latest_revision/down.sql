ALTER TABLE entries DROP FOREIGN KEY entries_latest_revision_fk;
