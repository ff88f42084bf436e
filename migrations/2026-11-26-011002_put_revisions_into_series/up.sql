ALTER TABLE revisions
    ADD COLUMN series_id BIGINT NULL COMMENT 'The series of a post.',
    ADD KEY revisions_by_series (series_id),
    ADD CONSTRAINT revisions_series_fk FOREIGN KEY (series_id) REFERENCES series (id) ON DELETE SET NULL;
