CREATE TABLE letter_attempts (
    id        BIGINT        NOT NULL AUTO_INCREMENT PRIMARY KEY,
    letter_id BIGINT        NOT NULL,
    at        DATETIME(6)   NOT NULL,
    took_ms   INT           NOT NULL COMMENT 'Until the mail server had answered.',
    code      INT           NULL COMMENT 'Reply code (RFC 5321, 4.2); NULL: there was no reply.',
    answer    VARCHAR(2000) NOT NULL COMMENT 'What the server said, or why there is no answer.',
    CONSTRAINT letter_attempts_letter_fk FOREIGN KEY (letter_id) REFERENCES letters (id) ON DELETE CASCADE,
    KEY letter_attempts_by_letter (letter_id, id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'Each time that a letter was handed to the mail server.';
