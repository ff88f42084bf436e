CREATE TABLE dkim_keys (
    id          BIGINT      NOT NULL AUTO_INCREMENT PRIMARY KEY,
    selector    VARCHAR(63) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'The name of the key in the DNS (RFC 6376, 3.1).',
    private_key TEXT        NOT NULL COMMENT 'RSA, PKCS #1 in PEM, sealed.',
    public_key  TEXT        NOT NULL COMMENT 'SubjectPublicKeyInfo in base64, as the DNS has it.',
    state       VARCHAR(16) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'new or signing.',
    created_at  DATETIME(6) NOT NULL,
    CONSTRAINT dkim_keys_state_known CHECK (state IN ('new', 'signing')),
    UNIQUE KEY dkim_keys_selector_unique (selector),
    UNIQUE KEY dkim_keys_state_unique (state)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'Keys that sign letters: the one in use, and the one that follows it.';
