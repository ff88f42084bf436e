CREATE TABLE entry_counts (
    kind    VARCHAR(16) NOT NULL,
    state   VARCHAR(16) NOT NULL,
    entries BIGINT      NOT NULL,
    PRIMARY KEY (kind, state)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'How many entries there are of each kind and state, so that nobody counts them.';
