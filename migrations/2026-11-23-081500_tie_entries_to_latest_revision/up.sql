ALTER TABLE entries ADD CONSTRAINT entries_latest_revision_fk FOREIGN KEY (latest_revision_id) REFERENCES revisions (id) ON DELETE SET NULL;
