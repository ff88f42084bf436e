CREATE TABLE sign_ups (
    id         BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    token_hash BINARY(32)   NOT NULL COMMENT 'SHA-256 of the token in the link.',
    email      VARCHAR(254) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'Lower case; its letter has the link.',
    name       VARCHAR(120) NOT NULL,
    created_at DATETIME(6)  NOT NULL,
    expires_at DATETIME(6)  NOT NULL,
    UNIQUE KEY sign_ups_token_unique (token_hash),
    KEY sign_ups_by_email (email),
    KEY sign_ups_by_expiry (expires_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'Readers to be, whose address is not confirmed yet.';
