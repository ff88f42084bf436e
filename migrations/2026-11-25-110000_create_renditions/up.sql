CREATE TABLE renditions (
    id         BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    file_id    BIGINT       NULL COMMENT 'NULL: the file is gone.',
    shown      TINYINT      NULL COMMENT '1: pages name these; NULL: they are being made, or others took their place.',
    folder     VARCHAR(80)  CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'Where they lie in the store; holds the hash of the original.',
    sha256     BINARY(32)   NOT NULL COMMENT 'Of the original that they are made from.',
    recipe     INT          NOT NULL COMMENT 'Version of what makes them.',
    focal_x    INT          NOT NULL COMMENT 'What the crops keep, in thousandths of the width.',
    focal_y    INT          NOT NULL COMMENT 'In thousandths of the height.',
    formats    VARCHAR(40)  CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'Formats that pages name, the best first.',
    sizes      LONGTEXT     NOT NULL COMMENT 'JSON: the bytes of each, by its name in the folder.',
    begun_at   DATETIME(6)  NOT NULL,
    made_at    DATETIME(6)  NULL,
    dropped_at DATETIME(6)  NULL COMMENT 'Since when no page names them.',
    CONSTRAINT renditions_file_fk FOREIGN KEY (file_id) REFERENCES files (id) ON DELETE SET NULL,
    UNIQUE KEY renditions_shown (file_id, shown),
    KEY renditions_by_folder (folder),
    KEY renditions_by_drop (dropped_at, id),
    KEY renditions_by_recipe (shown, recipe)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'Smaller forms of pictures: a row for each time that all of one picture were made.';
