CREATE TABLE lost_paths (
    id        BIGINT        NOT NULL AUTO_INCREMENT PRIMARY KEY,
    path_hash BINARY(32)    NOT NULL COMMENT 'SHA-256 of path.',
    path      VARCHAR(700)  CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'As asked for, decoded, without query.',
    hits      BIGINT        NOT NULL COMMENT 'How often people asked for it.',
    bot_hits  BIGINT        NOT NULL COMMENT 'How often programs did.',
    asked_at  DATETIME(6)   NOT NULL COMMENT 'The last time that anybody did.',
    referrer  VARCHAR(700)  CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'The page of this site that led there last, or empty.',
    ignored   BOOLEAN       NOT NULL DEFAULT FALSE COMMENT 'Somebody does not want to see it.',
    UNIQUE KEY lost_paths_path_unique (path_hash),
    KEY lost_paths_by_hits (ignored, hits, id),
    KEY lost_paths_by_time (ignored, asked_at, id),
    KEY lost_paths_by_use (hits, asked_at, id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'Addresses that were asked for and led nowhere; at most 10,000.';
