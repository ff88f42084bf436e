ALTER TABLE sessions
    DROP KEY sessions_handle_unique,
    DROP COLUMN handle,
    DROP COLUMN agent,
    DROP COLUMN address,
    DROP COLUMN seen_at;
