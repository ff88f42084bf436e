ALTER TABLE entries
    DROP FOREIGN KEY entries_scheduled_revision_fk,
    DROP KEY entries_by_scheduled_revision,
    DROP KEY entries_by_unpublishing,
    DROP COLUMN scheduled_revision_id,
    DROP COLUMN unpublish_at,
    MODIFY COLUMN publish_at DATETIME(6) NULL COMMENT 'When the newest revision goes live by itself.';
