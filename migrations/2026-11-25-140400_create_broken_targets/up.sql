CREATE TABLE broken_targets (
    id      BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    path    VARCHAR(700) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'Where the links lead, without query and fragment.',
    reason  VARCHAR(16)  CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'missing, trashed, draft or moved.',
    sources BIGINT       NOT NULL COMMENT 'How many live entries link there.',
    CONSTRAINT broken_targets_reason_known CHECK (reason IN ('missing', 'trashed', 'draft', 'moved')),
    UNIQUE KEY broken_targets_path_unique (path),
    KEY broken_targets_by_reason (reason, sources, id),
    KEY broken_targets_by_sources (sources, id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'Addresses of this site to which live entries link although no live page stands there.';
