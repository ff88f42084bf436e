ALTER TABLE sessions
    ADD COLUMN handle  VARCHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL COMMENT 'Names it on pages; NULL: nobody signed in, or before there were handles.',
    ADD COLUMN agent   VARCHAR(255) NOT NULL DEFAULT '' COMMENT 'What the browser called itself at the log-in.',
    ADD COLUMN address VARCHAR(45)  NOT NULL DEFAULT '' COMMENT 'Where the log-in came from.',
    ADD COLUMN seen_at DATETIME(6)  NOT NULL DEFAULT CURRENT_TIMESTAMP(6) COMMENT 'Last use, give or take ten minutes.',
    ADD UNIQUE KEY sessions_handle_unique (handle);
