CREATE TABLE mentions_sent (
    id          BIGINT        NOT NULL AUTO_INCREMENT PRIMARY KEY,
    entry_id    BIGINT        NOT NULL COMMENT 'The entry that links there.',
    target_hash BINARY(32)    NOT NULL COMMENT 'SHA-256 of target.',
    target      VARCHAR(2000) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'The page of another site.',
    host        VARCHAR(255)  CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'Its host, in small letters.',
    source      VARCHAR(2000) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'The address of the entry when it was told first; it stays, so that the other site knows it again.',
    endpoint    VARCHAR(2000) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL DEFAULT '' COMMENT 'Where it was sent.',
    state       VARCHAR(16)   CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'waiting, taken, deaf, refused, failed or withdrawn.',
    told        VARCHAR(500)  NOT NULL DEFAULT '' COMMENT 'What the other site answered.',
    revision    BIGINT        NULL COMMENT 'Key of the live revision that it tells of; NULL: it is no longer live.',
    is_linked   BOOL          NOT NULL COMMENT 'Whether the entry still links there.',
    failures    INT           NOT NULL DEFAULT 0 COMMENT 'How often in a row nobody answered.',
    tried_at    DATETIME(6)   NOT NULL COMMENT 'When it was sent, or became necessary.',
    due_at      DATETIME(6)   NULL COMMENT 'When it is sent next.',
    CONSTRAINT mentions_sent_entry_fk FOREIGN KEY (entry_id) REFERENCES entries (id) ON DELETE CASCADE,
    CONSTRAINT mentions_sent_state_known CHECK (state IN ('waiting', 'taken', 'deaf', 'refused', 'failed', 'withdrawn')),
    UNIQUE KEY mentions_sent_unique (entry_id, target_hash),
    KEY mentions_sent_by_due (due_at, id),
    KEY mentions_sent_by_state (state, tried_at, id),
    KEY mentions_sent_by_time (tried_at, id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'Other sites that were told, or are to be told, that an entry links there (W3C Webmention).';
