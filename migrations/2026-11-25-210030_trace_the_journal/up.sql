ALTER TABLE journal
    ADD COLUMN address VARCHAR(45) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL DEFAULT ''
        COMMENT 'Where it came from, where somebody was signed in or tried to be.',
    ADD COLUMN agent VARCHAR(255) NOT NULL DEFAULT '' COMMENT 'What the browser called itself.',
    ADD KEY journal_by_address (address, at, id);
