CREATE TABLE second_factors (
    user_id    BIGINT        NOT NULL PRIMARY KEY,
    secret     VARBINARY(64) NOT NULL COMMENT 'Shared with the authenticator app (RFC 6238).',
    last_step  BIGINT        NOT NULL DEFAULT 0 COMMENT 'The step of the last code that was taken: none counts twice.',
    created_at DATETIME(6)   NOT NULL,
    CONSTRAINT second_factors_user_fk FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'Authenticator apps: one for each user at most.';
