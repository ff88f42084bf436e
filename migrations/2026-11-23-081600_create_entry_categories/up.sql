CREATE TABLE entry_categories (
    entry_id    BIGINT NOT NULL,
    category_id BIGINT NOT NULL,
    position    INT    NOT NULL COMMENT '0: the main category.',
    PRIMARY KEY (entry_id, category_id),
    CONSTRAINT entry_categories_entry_fk FOREIGN KEY (entry_id) REFERENCES entries (id) ON DELETE CASCADE,
    CONSTRAINT entry_categories_category_fk FOREIGN KEY (category_id) REFERENCES categories (id) ON DELETE CASCADE,
    KEY entry_categories_by_category (category_id, entry_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'Which entry stands in which category.';
