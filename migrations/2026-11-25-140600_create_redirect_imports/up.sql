CREATE TABLE redirect_imports (
    id         BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_id    BIGINT       NULL COMMENT 'Who has sent it.',
    name       VARCHAR(190) NOT NULL COMMENT 'Of the file, or empty.',
    state      VARCHAR(16)  CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'checking, checked, writing or written.',
    rows_all   INT          NOT NULL COMMENT 'How many lines there are.',
    rows_done  INT          NOT NULL DEFAULT 0 COMMENT 'How many of them were checked, or written.',
    created_at DATETIME(6)  NOT NULL,
    CONSTRAINT redirect_imports_state_known CHECK (state IN ('checking', 'checked', 'writing', 'written')),
    CONSTRAINT redirect_imports_user_fk FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE SET NULL,
    KEY redirect_imports_by_user (user_id),
    KEY redirect_imports_by_time (created_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'Lists of redirects that somebody has sent, kept for a week.';
