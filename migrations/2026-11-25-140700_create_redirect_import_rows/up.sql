CREATE TABLE redirect_import_rows (
    import_id BIGINT        NOT NULL,
    line      INT           NOT NULL COMMENT 'In the file, from 1.',
    from_path VARCHAR(2000) NOT NULL COMMENT 'As the line has it.',
    to_path   VARCHAR(2000) NOT NULL COMMENT 'As the line has it; once checked, where it leads in the end.',
    status    VARCHAR(16)   NOT NULL COMMENT 'As the line has it, or what follows from its type.',
    fate      VARCHAR(16)   CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'unchecked, new, replaces, same or refused.',
    told      VARCHAR(500)  NOT NULL COMMENT 'What there is to say of it.',
    CONSTRAINT redirect_import_rows_fate_known CHECK (fate IN ('unchecked', 'new', 'replaces', 'same', 'refused')),
    CONSTRAINT redirect_import_rows_import_fk FOREIGN KEY (import_id) REFERENCES redirect_imports (id) ON DELETE CASCADE,
    PRIMARY KEY (import_id, line),
    KEY redirect_import_rows_by_fate (import_id, fate, line)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'Their lines, and what becomes of each.';
