CREATE TABLE comment_bans (
    id         BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    kind       VARCHAR(8)   NOT NULL,
    value      VARCHAR(190) NOT NULL COMMENT 'An address or network of the net, a mail address or its domain, or words.',
    note       VARCHAR(200) NOT NULL DEFAULT '',
    created_at DATETIME(6)  NOT NULL,
    CONSTRAINT comment_bans_kind_known CHECK (kind IN ('address', 'network', 'email', 'words')),
    UNIQUE KEY comment_bans_unique (kind, value)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'Whose comments go to spam without asking anybody.';
