CREATE TABLE search_queries (
    id       BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    day      DATE         NOT NULL,
    query    VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'In small letters; nothing that looks like an address or a number of somebody.',
    searches BIGINT       NOT NULL,
    found    BIGINT       NOT NULL COMMENT 'How many results there were the last time.',
    clicks   BIGINT       NOT NULL,
    UNIQUE KEY search_queries_unique (day, query)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'What visitors searched for, by day; nothing about who they were.';
