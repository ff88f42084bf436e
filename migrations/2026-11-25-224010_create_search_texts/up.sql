CREATE TABLE search_texts (
    entry_id BIGINT     NOT NULL PRIMARY KEY,
    body     MEDIUMTEXT NOT NULL COMMENT 'What visitors read, without markup, for the passages that are shown.',
    CONSTRAINT search_texts_entry_fk FOREIGN KEY (entry_id) REFERENCES entries (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'The texts of live entries, for the passages that a search shows.';
