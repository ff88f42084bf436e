CREATE TABLE listings (
    kind         VARCHAR(16) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'all, category, tag, author or month.',
    list_key     BIGINT      NOT NULL COMMENT 'Key of the category, tag or author; year * 100 + month; 0 for all.',
    published_at DATETIME(6) NOT NULL,
    entry_id     BIGINT      NOT NULL,
    PRIMARY KEY (kind, list_key, published_at, entry_id),
    CONSTRAINT listings_entry_fk FOREIGN KEY (entry_id) REFERENCES entries (id) ON DELETE CASCADE,
    KEY listings_by_entry (entry_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'One row for each public list that a live post appears in, in the order shown.';
