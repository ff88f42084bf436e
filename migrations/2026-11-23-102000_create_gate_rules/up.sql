CREATE TABLE gate_rules (
    check_key  VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'As the check is named in the code.',
    kind       VARCHAR(16) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'Of the entries it is for.',
    level      VARCHAR(16) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    changed_at DATETIME(6) NOT NULL,
    PRIMARY KEY (check_key, kind),
    CONSTRAINT gate_rules_kind_known CHECK (kind IN ('post', 'page')),
    CONSTRAINT gate_rules_level_known CHECK (level IN ('off', 'warn', 'block'))
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'Levels of the publish gate that differ from what the checks propose.';
