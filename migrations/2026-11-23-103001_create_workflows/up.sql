CREATE TABLE workflows (
    id         BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    name       VARCHAR(120) NOT NULL,
    asks_again BOOLEAN      NOT NULL COMMENT 'Whether an edit after an approval asks again from the first step.',
    created_at DATETIME(6)  NOT NULL,
    changed_at DATETIME(6)  NOT NULL,
    UNIQUE KEY workflows_name_unique (name)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'Who approves before something goes out.';
