CREATE TABLE search_promotions (
    id         BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    query      VARCHAR(200) NOT NULL COMMENT 'As an editor typed it.',
    folded     VARCHAR(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'Its words, folded.',
    entry_id   BIGINT       NOT NULL,
    position   INT          NOT NULL,
    created_at DATETIME(6)  NOT NULL,
    CONSTRAINT search_promotions_entry_fk FOREIGN KEY (entry_id) REFERENCES entries (id) ON DELETE CASCADE,
    UNIQUE KEY search_promotions_unique (folded, entry_id),
    KEY search_promotions_by_entry (entry_id),
    KEY search_promotions_in_order (query, id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'Entries that editors put first for what somebody searches for.';
