CREATE TABLE bulk_runs (
    id          BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_id     BIGINT       NOT NULL COMMENT 'Who asked for it, and by whose rights it goes.',
    act         VARCHAR(32)  CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    value       VARCHAR(120) NOT NULL COMMENT 'Key of a category or an author, name of a tag, or empty.',
    nonce       VARCHAR(64)  CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL COMMENT 'Of the form, so that sending it twice does it once.',
    created_at  DATETIME(6)  NOT NULL,
    finished_at DATETIME(6)  NULL,
    CONSTRAINT bulk_runs_user_fk FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    UNIQUE KEY bulk_runs_nonce_unique (nonce),
    KEY bulk_runs_by_user (user_id, id),
    KEY bulk_runs_by_time (created_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'What somebody did to many entries at once.';
