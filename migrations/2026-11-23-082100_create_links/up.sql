CREATE TABLE links (
    id              BIGINT        NOT NULL AUTO_INCREMENT PRIMARY KEY,
    entry_id        BIGINT        NOT NULL COMMENT 'The page that holds the link.',
    revision_id     BIGINT        NOT NULL,
    target_entry_id BIGINT        NULL,
    target_file_id  BIGINT        NULL,
    kind            VARCHAR(16)   CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'inside, file or outside.',
    path            VARCHAR(700)  CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL COMMENT 'Inside links: the path without query and fragment.',
    address         VARCHAR(2000) NOT NULL COMMENT 'As written.',
    text            VARCHAR(300)  NOT NULL,
    CONSTRAINT links_entry_fk FOREIGN KEY (entry_id) REFERENCES entries (id) ON DELETE CASCADE,
    CONSTRAINT links_revision_fk FOREIGN KEY (revision_id) REFERENCES revisions (id) ON DELETE CASCADE,
    CONSTRAINT links_target_entry_fk FOREIGN KEY (target_entry_id) REFERENCES entries (id) ON DELETE SET NULL,
    CONSTRAINT links_target_file_fk FOREIGN KEY (target_file_id) REFERENCES files (id) ON DELETE SET NULL,
    KEY links_by_entry (entry_id, revision_id),
    KEY links_by_revision (revision_id),
    KEY links_by_target_entry (target_entry_id, entry_id),
    KEY links_by_target_file (target_file_id, entry_id),
    KEY links_by_path (path)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'The link graph: what the live and the newest revision of each entry point to.';
