CREATE TABLE outside_targets (
    id           BIGINT        NOT NULL AUTO_INCREMENT PRIMARY KEY,
    address_hash BINARY(32)    NOT NULL COMMENT 'SHA-256 of address.',
    address      VARCHAR(2000) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'As a browser would ask for it, without fragment.',
    host         VARCHAR(255)  CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'In small letters.',
    state        VARCHAR(16)   CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'new, well, moved, gone, silent, closed or unasked.',
    told         VARCHAR(2000) NOT NULL DEFAULT '' COMMENT 'Where it moved to, or what the other server said.',
    failures     INT           NOT NULL DEFAULT 0 COMMENT 'How often in a row it was not there.',
    checked_at   DATETIME(6)   NULL,
    due_at       DATETIME(6)   NOT NULL COMMENT 'When it is looked at again.',
    CONSTRAINT outside_targets_state_known CHECK (state IN ('new', 'well', 'moved', 'gone', 'silent', 'closed', 'unasked')),
    UNIQUE KEY outside_targets_address_unique (address_hash),
    KEY outside_targets_by_due (due_at, id),
    KEY outside_targets_by_state (state, checked_at, id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'Addresses of other sites to which live entries link, and what was there.';
