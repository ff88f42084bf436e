CREATE TABLE throttles (
    subject        VARCHAR(120) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL PRIMARY KEY COMMENT 'What is slowed, e.g. account:<hash> or address:<net>.',
    failures       INT          NOT NULL,
    last_failed_at DATETIME(6)  NOT NULL,
    blocked_until  DATETIME(6)  NULL,
    KEY throttles_by_age (last_failed_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'Failed log-ins, counted by account and by address.';
