CREATE TABLE account_tokens (
    id         BIGINT      NOT NULL AUTO_INCREMENT PRIMARY KEY,
    token_hash BINARY(32)  NOT NULL COMMENT 'SHA-256 of the token in the link.',
    purpose    VARCHAR(16) NOT NULL,
    user_id    BIGINT      NULL COMMENT 'NULL: the link that makes the first owner.',
    created_at DATETIME(6) NOT NULL,
    expires_at DATETIME(6) NOT NULL,
    CONSTRAINT account_tokens_purpose_known CHECK (purpose IN ('setup', 'invite')),
    CONSTRAINT account_tokens_user_fk FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    UNIQUE KEY account_tokens_hash_unique (token_hash),
    KEY account_tokens_by_user (user_id, purpose),
    KEY account_tokens_by_expiry (expires_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'One-time links; a row dies with its use.';
