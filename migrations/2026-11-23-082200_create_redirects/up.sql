CREATE TABLE redirects (
    id              BIGINT        NOT NULL AUTO_INCREMENT PRIMARY KEY,
    from_hash       BINARY(32)    NOT NULL COMMENT 'SHA-256 of from_path.',
    from_path       VARCHAR(2000) NOT NULL,
    target_entry_id BIGINT        NULL COMMENT 'Leads to wherever this entry lives now.',
    to_path         VARCHAR(2000) NULL COMMENT 'Used where there is no entry.',
    origin          VARCHAR(16)   CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'rename or import.',
    created_at      DATETIME(6)   NOT NULL,
    CONSTRAINT redirects_target_entry_fk FOREIGN KEY (target_entry_id) REFERENCES entries (id) ON DELETE CASCADE,
    UNIQUE KEY redirects_from_unique (from_hash),
    KEY redirects_by_target_entry (target_entry_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'Old addresses and where they lead.';
