CREATE TABLE submission_asked (
    id            BIGINT      NOT NULL AUTO_INCREMENT PRIMARY KEY,
    submission_id BIGINT      NOT NULL,
    role          VARCHAR(16) NULL COMMENT 'Everybody with this role; or NULL, and a person.',
    user_id       BIGINT      NULL,
    asked_at      DATETIME(6) NOT NULL,
    CONSTRAINT submission_asked_submission_fk FOREIGN KEY (submission_id) REFERENCES submissions (id) ON DELETE CASCADE,
    CONSTRAINT submission_asked_user_fk FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    KEY submission_asked_by_submission (submission_id),
    KEY submission_asked_by_role (role, asked_at, submission_id),
    KEY submission_asked_by_user (user_id, asked_at, submission_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'Whom a submission waits for at its present step; empty once it is decided.';
