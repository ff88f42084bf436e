CREATE TABLE embed_providers (
    id         BIGINT        NOT NULL AUTO_INCREMENT PRIMARY KEY,
    name       VARCHAR(60)   NOT NULL,
    patterns   VARCHAR(2000) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'Patterns of the addresses that it knows, one a line.',
    endpoint   VARCHAR(500)  CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'Where it is asked.',
    created_at DATETIME(6)   NOT NULL,
    changed_at DATETIME(6)   NOT NULL,
    UNIQUE KEY embed_providers_name_unique (name)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'Providers of embeds beside those that the program knows.';
