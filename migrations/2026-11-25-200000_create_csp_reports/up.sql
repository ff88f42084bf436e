CREATE TABLE csp_reports (
    id          BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    fingerprint BINARY(32)   NOT NULL COMMENT 'SHA-256 of directive, blocked and page.',
    directive   VARCHAR(40)  CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'Of the policy, e.g. script-src-elem.',
    blocked     VARCHAR(300) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'What was refused: an origin, a path of this site, or a word such as inline.',
    page        VARCHAR(300) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'The path of the page, without its query.',
    times       BIGINT       NOT NULL COMMENT 'How often it was reported.',
    first_at    DATETIME(6)  NOT NULL,
    last_at     DATETIME(6)  NOT NULL,
    UNIQUE KEY csp_reports_fingerprint_unique (fingerprint),
    KEY csp_reports_by_time (last_at, id),
    KEY csp_reports_by_directive (directive, last_at, id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'What browsers refused by the policy for content, grouped; kept for 30 days.';
