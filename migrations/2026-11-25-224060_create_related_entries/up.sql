CREATE TABLE related_entries (
    entry_id   BIGINT  NOT NULL,
    related_id BIGINT  NOT NULL,
    position   INT     NOT NULL,
    chosen     BOOLEAN NOT NULL COMMENT 'Whether an editor has put it there; else a job has.',
    PRIMARY KEY (entry_id, related_id),
    CONSTRAINT related_entries_entry_fk FOREIGN KEY (entry_id) REFERENCES entries (id) ON DELETE CASCADE,
    CONSTRAINT related_entries_related_fk FOREIGN KEY (related_id) REFERENCES entries (id) ON DELETE CASCADE,
    KEY related_entries_by_related (related_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = '“Interesting links” of live entries, chosen by editors, and the nearest as a job has found them.';
