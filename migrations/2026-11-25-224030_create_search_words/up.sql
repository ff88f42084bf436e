CREATE TABLE search_words (
    word      VARCHAR(60) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL PRIMARY KEY,
    backwards VARCHAR(60) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'The same from its end; empty for what is no word.',
    documents BIGINT      NOT NULL COMMENT 'How many hold it.',
    KEY search_words_by_end (backwards, word)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'The vocabulary of the site: words of live entries, for slips of the pen and for planning.';
