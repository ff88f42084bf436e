CREATE TABLE lost_rules (
    id      BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    pattern VARCHAR(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'A path; * stands for anything.',
    UNIQUE KEY lost_rules_pattern_unique (pattern)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'Addresses that are not counted when they lead nowhere: what probes ask for.';
