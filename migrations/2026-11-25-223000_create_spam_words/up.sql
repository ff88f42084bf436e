CREATE TABLE spam_words (
    hash   BIGINT      NOT NULL PRIMARY KEY COMMENT 'The first 63 bits of the SHA-256 of word; 0: the row that counts the decisions themselves.',
    word   VARCHAR(80) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'Its kind, a colon, and a word, words in a row, a host or a feature.',
    wanted INT         NOT NULL COMMENT 'In how many wanted contributions it stood.',
    spam   INT         NOT NULL COMMENT 'In how many unwanted ones.',
    times  INT         NOT NULL COMMENT 'Both.',
    lean   INT         NOT NULL COMMENT 'How many more were unwanted.',
    CONSTRAINT spam_words_never_negative CHECK (wanted >= 0 AND spam >= 0),
    KEY spam_words_by_times (times),
    KEY spam_words_by_lean (lean)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'What the spam filter has learnt from the decisions of moderators; nothing of a contribution itself.';
