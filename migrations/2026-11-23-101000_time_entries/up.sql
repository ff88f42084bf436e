ALTER TABLE entries
    MODIFY COLUMN publish_at DATETIME(6) NULL COMMENT 'When the scheduled revision goes live by itself.',
    ADD COLUMN scheduled_revision_id BIGINT NULL COMMENT 'What goes live then, whatever is saved in between.' AFTER publish_at,
    ADD COLUMN unpublish_at DATETIME(6) NULL COMMENT 'When it is taken off the site by itself.' AFTER scheduled_revision_id,
    ADD KEY entries_by_scheduled_revision (scheduled_revision_id),
    ADD KEY entries_by_unpublishing (unpublish_at, id),
    ADD CONSTRAINT entries_scheduled_revision_fk FOREIGN KEY (scheduled_revision_id) REFERENCES revisions (id) ON DELETE SET NULL;
