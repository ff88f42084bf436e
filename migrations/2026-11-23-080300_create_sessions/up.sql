CREATE TABLE sessions (
    key_hash   BINARY(32)  NOT NULL PRIMARY KEY COMMENT 'SHA-256 of the key in the cookie.',
    user_id    BIGINT      NULL,
    state      LONGTEXT    NOT NULL COMMENT 'JSON object of strings.',
    created_at DATETIME(6) NOT NULL,
    expires_at DATETIME(6) NOT NULL COMMENT 'Moves on with use.',
    ends_at    DATETIME(6) NOT NULL COMMENT 'Never moves.',
    CONSTRAINT sessions_user_fk FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    KEY sessions_by_user (user_id),
    KEY sessions_by_expiry (expires_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'Who is signed in where.';
