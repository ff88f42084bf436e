ALTER TABLE journal
    DROP KEY journal_by_address,
    DROP COLUMN agent,
    DROP COLUMN address;
