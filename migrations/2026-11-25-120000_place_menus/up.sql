ALTER TABLE menus
    ADD COLUMN name      VARCHAR(120) NOT NULL DEFAULT '' COMMENT 'Empty for header and footer.',
    ADD COLUMN place     VARCHAR(16) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL DEFAULT 'nowhere' COMMENT 'Where visitors see it.',
    ADD COLUMN branch_id BIGINT NULL COMMENT 'The page at the top of the branch beside which it stands.',
    ADD CONSTRAINT menus_place_known CHECK (place IN ('header', 'footer', 'home', 'branch', 'nowhere')),
    ADD CONSTRAINT menus_branch_fk FOREIGN KEY (branch_id) REFERENCES entries (id) ON DELETE SET NULL,
    ADD KEY menus_by_branch (branch_id);
