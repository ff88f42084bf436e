CREATE TABLE autosaves (
    id               BIGINT      NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_id          BIGINT      NOT NULL,
    sheet            VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'entry:ID, or form:NONCE of an entry that was never saved.',
    entry_id         BIGINT      NULL,
    base_revision_id BIGINT      NULL COMMENT 'The revision that the person began from.',
    title            VARCHAR(300) NOT NULL COMMENT 'Cut short, for lists.',
    form             MEDIUMTEXT  NOT NULL COMMENT 'JSON of the fields as typed.',
    saved_at         DATETIME(6) NOT NULL,
    CONSTRAINT autosaves_user_fk FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT autosaves_entry_fk FOREIGN KEY (entry_id) REFERENCES entries (id) ON DELETE CASCADE,
    CONSTRAINT autosaves_base_revision_fk FOREIGN KEY (base_revision_id) REFERENCES revisions (id) ON DELETE SET NULL,
    UNIQUE KEY autosaves_sheet_unique (user_id, sheet),
    KEY autosaves_by_user (user_id, saved_at, id),
    KEY autosaves_by_entry (entry_id),
    KEY autosaves_by_base_revision (base_revision_id),
    KEY autosaves_by_age (saved_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'What was typed and not saved: one rolling row for each person and sheet.';
