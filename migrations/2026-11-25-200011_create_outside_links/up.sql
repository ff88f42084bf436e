CREATE TABLE outside_links (
    id        BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    target_id BIGINT NOT NULL,
    entry_id  BIGINT NOT NULL COMMENT 'The entry that holds the link; live when it was looked at.',
    CONSTRAINT outside_links_target_fk FOREIGN KEY (target_id) REFERENCES outside_targets (id) ON DELETE CASCADE,
    CONSTRAINT outside_links_entry_fk FOREIGN KEY (entry_id) REFERENCES entries (id) ON DELETE CASCADE,
    UNIQUE KEY outside_links_unique (target_id, entry_id),
    KEY outside_links_by_entry (entry_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'Which live entries link to other sites.';
