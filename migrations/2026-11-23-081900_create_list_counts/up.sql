CREATE TABLE list_counts (
    kind     VARCHAR(16) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    list_key BIGINT      NOT NULL,
    entries  BIGINT      NOT NULL,
    PRIMARY KEY (kind, list_key)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'How many rows of listings each list has, so that nobody counts them.';
