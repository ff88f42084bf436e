CREATE TABLE search_documents (
    entry_id     BIGINT       NOT NULL PRIMARY KEY,
    kind         VARCHAR(16)  NOT NULL,
    author_id    BIGINT       NOT NULL,
    published_at DATETIME(6)  NOT NULL,
    topics       VARCHAR(400) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'Keys of its categories, with blanks between.',
    head         VARCHAR(1000) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'The words of the title, folded, in their order.',
    terms        MEDIUMTEXT   CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'Every word to find it by, folded, sorted, as often as it weighs.',
    version      INT          NOT NULL COMMENT 'Of the program that made it; 0: it has still to be made.',
    related_at   DATETIME(6)  NULL COMMENT 'When what is near to it was last looked for; NULL: since it changed, never.',
    CONSTRAINT search_documents_entry_fk FOREIGN KEY (entry_id) REFERENCES entries (id) ON DELETE CASCADE,
    CONSTRAINT search_documents_author_fk FOREIGN KEY (author_id) REFERENCES users (id),
    KEY search_documents_by_time (published_at, entry_id),
    KEY search_documents_by_kind (kind, published_at, entry_id),
    KEY search_documents_by_author (author_id, published_at, entry_id),
    KEY search_documents_by_version (version, entry_id),
    KEY search_documents_by_relating (related_at, entry_id),
    FULLTEXT KEY search_documents_fulltext (terms)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'Live entries as the search of visitors finds them.';
