CREATE TABLE snippet_aliases (
    name       VARCHAR(60) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL PRIMARY KEY,
    snippet_id BIGINT      NOT NULL,
    CONSTRAINT snippet_aliases_snippet_fk FOREIGN KEY (snippet_id) REFERENCES snippets (id) ON DELETE CASCADE,
    KEY snippet_aliases_by_snippet (snippet_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'Earlier names of snippets, which texts may still call them by.';
