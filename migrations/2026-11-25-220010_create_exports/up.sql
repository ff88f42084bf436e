CREATE TABLE exports (
    user_id     BIGINT       NOT NULL PRIMARY KEY COMMENT 'Whose data it is.',
    storage_key VARCHAR(120) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL COMMENT 'Where the archive lies; NULL: it is not made yet.',
    bytes       BIGINT       NOT NULL DEFAULT 0 COMMENT 'Its size.',
    asked_at    DATETIME(6)  NOT NULL,
    made_at     DATETIME(6)  NULL,
    CONSTRAINT exports_user_fk FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    KEY exports_by_time (asked_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'What is kept of somebody, as an archive that waits to be fetched; one for each person.';
