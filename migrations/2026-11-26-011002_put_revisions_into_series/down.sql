ALTER TABLE revisions
    DROP FOREIGN KEY revisions_series_fk,
    DROP KEY revisions_by_series,
    DROP COLUMN series_id;
