CREATE TABLE search_changes (
    id      BIGINT     NOT NULL AUTO_INCREMENT PRIMARY KEY,
    added   MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'Words that a document has come to hold, with blanks between.',
    removed MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'Words that it holds no longer.'
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'Changes of documents that the vocabulary has still to learn.';
