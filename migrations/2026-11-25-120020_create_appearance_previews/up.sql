CREATE TABLE appearance_previews (
    user_id    BIGINT      NOT NULL PRIMARY KEY,
    look       TEXT        NOT NULL COMMENT 'JSON, as it was last tried.',
    changed_at DATETIME(6) NOT NULL,
    CONSTRAINT appearance_previews_user_fk FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'Looks of the site that somebody tries before saving.';
