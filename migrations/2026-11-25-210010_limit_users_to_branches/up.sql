ALTER TABLE users
    ADD COLUMN reach VARCHAR(24) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL DEFAULT 'everything'
        COMMENT 'How far rights on content reach.',
    ADD CONSTRAINT users_reach_known CHECK (reach IN ('everything', 'branches', 'branches_and_posts')),
    ADD KEY users_by_role (role, name, id);
