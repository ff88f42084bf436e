CREATE TABLE email_changes (
    user_id          BIGINT       NOT NULL PRIMARY KEY,
    email            VARCHAR(254) NOT NULL COMMENT 'The address to be, lower case.',
    old_confirmed_at DATETIME(6)  NULL COMMENT 'At the address so far.',
    new_confirmed_at DATETIME(6)  NULL COMMENT 'At the address to be.',
    created_at       DATETIME(6)  NOT NULL,
    expires_at       DATETIME(6)  NOT NULL,
    CONSTRAINT email_changes_user_fk FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    KEY email_changes_by_expiry (expires_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'Addresses of accounts that wait to be confirmed, old and new.';
