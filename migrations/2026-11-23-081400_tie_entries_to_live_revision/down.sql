ALTER TABLE entries DROP FOREIGN KEY entries_live_revision_fk;
