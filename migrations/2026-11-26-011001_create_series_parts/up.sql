CREATE TABLE series_parts (
    entry_id  BIGINT NOT NULL PRIMARY KEY,
    series_id BIGINT NOT NULL,
    position  INT    NOT NULL COMMENT 'Order within the series; with gaps.',
    CONSTRAINT series_parts_entry_fk FOREIGN KEY (entry_id) REFERENCES entries (id) ON DELETE CASCADE,
    CONSTRAINT series_parts_series_fk FOREIGN KEY (series_id) REFERENCES series (id) ON DELETE CASCADE,
    KEY series_parts_in_order (series_id, position, entry_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'Which post is part of which series, live or not; one at most.';
