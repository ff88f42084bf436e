CREATE TABLE editing (
    entry_id         BIGINT      NOT NULL,
    user_id          BIGINT      NOT NULL,
    base_revision_id BIGINT      NULL COMMENT 'The revision in the form.',
    seen_at          DATETIME(6) NOT NULL,
    PRIMARY KEY (entry_id, user_id),
    CONSTRAINT editing_entry_fk FOREIGN KEY (entry_id) REFERENCES entries (id) ON DELETE CASCADE,
    CONSTRAINT editing_user_fk FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT editing_base_revision_fk FOREIGN KEY (base_revision_id) REFERENCES revisions (id) ON DELETE SET NULL,
    KEY editing_by_user (user_id),
    KEY editing_by_base_revision (base_revision_id),
    KEY editing_by_age (seen_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'Who has which entry open in the editor.';
