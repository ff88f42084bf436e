ALTER TABLE revisions
    ADD COLUMN name          VARCHAR(120) NOT NULL DEFAULT '' COMMENT 'Given by a person; a named revision is kept.',
    ADD COLUMN note          VARCHAR(300) NOT NULL DEFAULT '' COMMENT 'What was changed, in the words of who saved it.',
    ADD COLUMN words_added   INT          NOT NULL DEFAULT 0 COMMENT 'Against the revision before, in title, summary and body.',
    ADD COLUMN words_removed INT          NOT NULL DEFAULT 0,
    ADD COLUMN begun_at      DATETIME(6)  NULL COMMENT 'The first of the saves that became this one; NULL: it was one save.',
    ADD COLUMN published_at  DATETIME(6)  NULL COMMENT 'When it first went live.',
    ADD KEY revisions_by_age (saved_at, id);
