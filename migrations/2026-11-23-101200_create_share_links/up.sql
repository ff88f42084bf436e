CREATE TABLE share_links (
    id             BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    entry_id       BIGINT       NOT NULL,
    revision_id    BIGINT       NULL COMMENT 'What it shows; NULL: the newest draft.',
    token_hash     BINARY(32)   NOT NULL COMMENT 'SHA-256 of the token; the token itself is kept nowhere.',
    nonce          BINARY(32)   NOT NULL COMMENT 'SHA-256 of what tells the form that made it from others.',
    label          VARCHAR(120) NOT NULL COMMENT 'Whom it is for.',
    allows_notes   BOOLEAN      NOT NULL,
    created_by_id  BIGINT       NULL,
    created_at     DATETIME(6)  NOT NULL,
    expires_at     DATETIME(6)  NOT NULL,
    revoked_at     DATETIME(6)  NULL,
    views          INT          NOT NULL DEFAULT 0,
    last_viewed_at DATETIME(6)  NULL,
    CONSTRAINT share_links_entry_fk FOREIGN KEY (entry_id) REFERENCES entries (id) ON DELETE CASCADE,
    CONSTRAINT share_links_revision_fk FOREIGN KEY (revision_id) REFERENCES revisions (id) ON DELETE CASCADE,
    CONSTRAINT share_links_created_by_fk FOREIGN KEY (created_by_id) REFERENCES users (id) ON DELETE SET NULL,
    UNIQUE KEY share_links_token_unique (token_hash),
    UNIQUE KEY share_links_nonce_unique (nonce),
    KEY share_links_by_entry (entry_id, id),
    KEY share_links_by_revision (revision_id),
    KEY share_links_by_creator (created_by_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'Links that show a draft to people without an account.';
