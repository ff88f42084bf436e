CREATE TABLE passkeys (
    id              BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_id         BIGINT       NOT NULL,
    credential_hash BINARY(32)   NOT NULL COMMENT 'SHA-256 of the credential id.',
    passkey         LONGTEXT     NOT NULL COMMENT 'JSON: public key, counter and the like.',
    name            VARCHAR(120) NOT NULL,
    created_at      DATETIME(6)  NOT NULL,
    used_at         DATETIME(6)  NULL,
    CONSTRAINT passkeys_user_fk FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    UNIQUE KEY passkeys_credential_unique (credential_hash),
    KEY passkeys_by_user (user_id, id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'Public halves of passkeys (WebAuthn).';
