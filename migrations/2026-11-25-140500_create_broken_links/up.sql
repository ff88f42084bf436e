CREATE TABLE broken_links (
    id        BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    target_id BIGINT NOT NULL,
    entry_id  BIGINT NOT NULL COMMENT 'The live entry that holds the link.',
    CONSTRAINT broken_links_target_fk FOREIGN KEY (target_id) REFERENCES broken_targets (id) ON DELETE CASCADE,
    CONSTRAINT broken_links_entry_fk FOREIGN KEY (entry_id) REFERENCES entries (id) ON DELETE CASCADE,
    UNIQUE KEY broken_links_unique (target_id, entry_id),
    KEY broken_links_by_entry (entry_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'Which live entries hold links that lead nowhere, or only by way of a redirect.';
