ALTER TABLE entries ADD CONSTRAINT entries_live_revision_fk FOREIGN KEY (live_revision_id) REFERENCES revisions (id) ON DELETE SET NULL;
