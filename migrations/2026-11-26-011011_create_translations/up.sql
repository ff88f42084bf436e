CREATE TABLE translations (
    entry_id BIGINT      NOT NULL PRIMARY KEY,
    group_id BIGINT      NOT NULL,
    language VARCHAR(35) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'A tag of BCP 47.',
    CONSTRAINT translations_entry_fk FOREIGN KEY (entry_id) REFERENCES entries (id) ON DELETE CASCADE,
    CONSTRAINT translations_group_fk FOREIGN KEY (group_id) REFERENCES translation_groups (id),
    UNIQUE KEY translations_language_unique (group_id, language)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'Languages of entries; one that is not here is in the language of the site.';
