CREATE TABLE jobs (
    id             BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    kind           VARCHAR(64)  CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    payload        LONGTEXT     NOT NULL COMMENT 'JSON of the job struct.',
    created_at     DATETIME(6)  NOT NULL,
    run_at         DATETIME(6)  NOT NULL,
    attempts       INT          NOT NULL DEFAULT 0,
    reserved_until DATETIME(6)  NULL COMMENT 'End of the lease of the worker that has it.',
    last_error     TEXT         NULL,
    failed_at      DATETIME(6)  NULL COMMENT 'Given up after too many attempts.',
    dedup_key      VARCHAR(190) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
    UNIQUE KEY jobs_dedup_unique (dedup_key),
    KEY jobs_due (failed_at, run_at, id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'Work to be done after the request.';
