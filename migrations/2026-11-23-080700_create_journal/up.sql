CREATE TABLE journal (
    id            BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    at            DATETIME(6)  NOT NULL,
    user_id       BIGINT       NULL COMMENT 'Who did it; NULL: the program itself.',
    kind          VARCHAR(64)  CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'Noun and verb, e.g. entry.published.',
    subject_kind  VARCHAR(32)  CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    subject_key   BIGINT       NOT NULL COMMENT 'Key of the row it is about; 0 where there is none.',
    subject_label VARCHAR(300) NOT NULL COMMENT 'Its name at that time.',
    detail        LONGTEXT     NOT NULL COMMENT 'JSON object.',
    cache_tags    TEXT         NOT NULL COMMENT 'Pages to drop, by tag, separated by spaces.',
    request       VARCHAR(32)  CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'Reference of the request, or empty.',
    CONSTRAINT journal_user_fk FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE SET NULL,
    KEY journal_by_time (at, id),
    KEY journal_by_subject (subject_kind, subject_key, at, id),
    KEY journal_by_user (user_id, at, id),
    KEY journal_by_kind (kind, at, id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'Every change: who, when, what.';
