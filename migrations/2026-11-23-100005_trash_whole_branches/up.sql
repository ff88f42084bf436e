ALTER TABLE entries
    ADD COLUMN trashed_with_id BIGINT NULL COMMENT 'The page above that went to the trash and took this one along.' AFTER trashed_at,
    ADD KEY entries_by_trashed_with (trashed_with_id),
    ADD CONSTRAINT entries_trashed_with_fk FOREIGN KEY (trashed_with_id) REFERENCES entries (id) ON DELETE SET NULL;
