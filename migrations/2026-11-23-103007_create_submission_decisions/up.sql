CREATE TABLE submission_decisions (
    id              BIGINT        NOT NULL AUTO_INCREMENT PRIMARY KEY,
    submission_id   BIGINT        NOT NULL,
    at              DATETIME(6)   NOT NULL,
    user_id         BIGINT        NULL COMMENT 'NULL: the program itself.',
    verdict         VARCHAR(16)   NOT NULL,
    step            INT           NOT NULL COMMENT 'At which step, from 0.',
    revision_number INT           NOT NULL,
    words           VARCHAR(2000) NOT NULL,
    CONSTRAINT submission_decisions_verdict_known CHECK (verdict IN
        ('submitted', 'approved', 'changes_asked', 'withdrawn', 'edited', 'asked_again', 'published', 'passed_over')),
    CONSTRAINT submission_decisions_submission_fk FOREIGN KEY (submission_id) REFERENCES submissions (id) ON DELETE CASCADE,
    CONSTRAINT submission_decisions_user_fk FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE SET NULL,
    KEY submission_decisions_by_submission (submission_id, id),
    KEY submission_decisions_by_user (user_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'What became of a submission, step by step, with the words.';
