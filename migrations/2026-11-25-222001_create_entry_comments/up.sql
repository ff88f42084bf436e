CREATE TABLE entry_comments (
    entry_id BIGINT     NOT NULL PRIMARY KEY,
    mode     VARCHAR(8) NOT NULL DEFAULT 'inherit' COMMENT 'Whether there may be new ones; inherit: as the settings say.',
    shown    INT        NOT NULL DEFAULT 0 COMMENT 'How many visitors see.',
    CONSTRAINT entry_comments_mode_known CHECK (mode IN ('inherit', 'open', 'closed')),
    CONSTRAINT entry_comments_entry_fk FOREIGN KEY (entry_id) REFERENCES entries (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'What an entry knows of its comments.';
