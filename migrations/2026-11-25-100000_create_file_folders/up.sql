CREATE TABLE file_folders (
    id         BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    parent_id  BIGINT       NULL COMMENT 'NULL: only the root, which has the key 1.',
    name       VARCHAR(80)  NOT NULL,
    path       VARCHAR(500) NOT NULL COMMENT 'Names from the top, joined by slashes; the root has none.',
    files      BIGINT       NOT NULL DEFAULT 0 COMMENT 'How many lie in the folder itself, so that nobody counts them.',
    bytes      BIGINT       NOT NULL DEFAULT 0 COMMENT 'How much they are together.',
    created_at DATETIME(6)  NOT NULL,
    CONSTRAINT file_folders_parent_fk FOREIGN KEY (parent_id) REFERENCES file_folders (id),
    UNIQUE KEY file_folders_path_unique (path),
    KEY file_folders_by_parent (parent_id, name)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'Folders of the media library.';
