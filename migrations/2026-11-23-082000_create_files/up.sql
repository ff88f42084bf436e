CREATE TABLE files (
    id           BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    address      VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'Below /files/; holds the start of the hash, so it never changes its content.',
    name         VARCHAR(255) NOT NULL COMMENT 'As it came.',
    content_type VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    bytes        BIGINT       NOT NULL,
    sha256       BINARY(32)   NOT NULL,
    created_at   DATETIME(6)  NOT NULL,
    UNIQUE KEY files_address_unique (address)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'Pictures and other files that entries show.';
