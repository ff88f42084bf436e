-- The lists of the admin run along these keys, with and without an origin.
ALTER TABLE redirects
    MODIFY from_path VARCHAR(750) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'Decoded; with /* at its end it stands for everything below.',
    MODIFY to_path VARCHAR(2000) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL COMMENT 'Used where there is no entry: a path, or a full address elsewhere.',
    MODIFY origin VARCHAR(16) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'hand, rename or import.',
    ADD COLUMN status VARCHAR(16) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL DEFAULT '301' COMMENT 'What is answered (RFC 9110): 301, 302, 308 or 410.',
    ADD COLUMN note VARCHAR(300) NOT NULL DEFAULT '' COMMENT 'For colleagues.',
    ADD COLUMN hits BIGINT NOT NULL DEFAULT 0 COMMENT 'How often people were led on.',
    ADD COLUMN bot_hits BIGINT NOT NULL DEFAULT 0 COMMENT 'How often programs were.',
    ADD COLUMN last_used_on DATE NOT NULL DEFAULT '1970-01-01' COMMENT 'The last day on which a person was led on, UTC; 1970-01-01: never.',
    ADD CONSTRAINT redirects_status_known CHECK (status IN ('301', '302', '308', '410')),
    ADD KEY redirects_by_from (from_path),
    ADD KEY redirects_by_hits (hits, id),
    ADD KEY redirects_by_use (last_used_on, id),
    ADD KEY redirects_by_origin (origin, id),
    ADD KEY redirects_by_origin_hits (origin, hits, id),
    ADD KEY redirects_by_origin_use (origin, last_used_on, id);
