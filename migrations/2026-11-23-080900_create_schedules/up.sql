CREATE TABLE schedules (
    name        VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL PRIMARY KEY,
    next_run_at DATETIME(6) NOT NULL,
    last_run_at DATETIME(6) NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'When each repeated job is due next; whoever moves the date on enqueues the job.';
