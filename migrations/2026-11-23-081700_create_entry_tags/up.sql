CREATE TABLE entry_tags (
    entry_id BIGINT NOT NULL,
    tag_id   BIGINT NOT NULL,
    position INT    NOT NULL,
    PRIMARY KEY (entry_id, tag_id),
    CONSTRAINT entry_tags_entry_fk FOREIGN KEY (entry_id) REFERENCES entries (id) ON DELETE CASCADE,
    CONSTRAINT entry_tags_tag_fk FOREIGN KEY (tag_id) REFERENCES tags (id) ON DELETE CASCADE,
    KEY entry_tags_by_tag (tag_id, entry_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'Which entry has which tag.';
