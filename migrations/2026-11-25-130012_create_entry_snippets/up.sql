CREATE TABLE entry_snippets (
    entry_id    BIGINT      NOT NULL,
    revision_id BIGINT      NOT NULL,
    name        VARCHAR(60) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'As the text says it, whether there is such a snippet or not.',
    PRIMARY KEY (revision_id, name),
    CONSTRAINT entry_snippets_entry_fk FOREIGN KEY (entry_id) REFERENCES entries (id) ON DELETE CASCADE,
    CONSTRAINT entry_snippets_revision_fk FOREIGN KEY (revision_id) REFERENCES revisions (id) ON DELETE CASCADE,
    KEY entry_snippets_by_entry (entry_id, revision_id),
    KEY entry_snippets_by_name (name, entry_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'Which snippets the live and the newest revision of each entry name.';
