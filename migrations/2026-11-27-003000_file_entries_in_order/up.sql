-- What the row of the entry says, once more, so that an index has the entries of one category in the order of the admin's list.
ALTER TABLE entry_categories
    ADD COLUMN kind       VARCHAR(16) NOT NULL DEFAULT 'post' COMMENT 'As in entries.',
    ADD COLUMN state      VARCHAR(16) NOT NULL DEFAULT 'draft' COMMENT 'As in entries.',
    ADD COLUMN changed_at DATETIME(6) NOT NULL DEFAULT '1970-01-01' COMMENT 'As in entries.';
