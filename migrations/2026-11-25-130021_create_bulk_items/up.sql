CREATE TABLE bulk_items (
    run_id   BIGINT       NOT NULL,
    place    INT          NOT NULL COMMENT 'In the order of the list.',
    entry_id BIGINT       NULL,
    title    VARCHAR(300) NOT NULL COMMENT 'As it was then.',
    outcome  VARCHAR(16)  CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL DEFAULT 'waiting',
    said     VARCHAR(600) NOT NULL DEFAULT '' COMMENT 'What became of it, in a sentence.',
    PRIMARY KEY (run_id, place),
    CONSTRAINT bulk_items_run_fk FOREIGN KEY (run_id) REFERENCES bulk_runs (id) ON DELETE CASCADE,
    CONSTRAINT bulk_items_entry_fk FOREIGN KEY (entry_id) REFERENCES entries (id) ON DELETE SET NULL,
    CONSTRAINT bulk_items_outcome_known CHECK (outcome IN ('waiting', 'done', 'unchanged', 'refused')),
    KEY bulk_items_by_outcome (run_id, outcome, place),
    KEY bulk_items_by_entry (entry_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'What became of each entry.';
