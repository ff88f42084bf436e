CREATE TABLE menus (
    id       BIGINT      NOT NULL AUTO_INCREMENT PRIMARY KEY,
    location VARCHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'header or footer.',
    UNIQUE KEY menus_location_unique (location)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'Navigation lists.';
