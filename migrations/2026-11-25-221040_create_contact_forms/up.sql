CREATE TABLE contact_forms (
    id         BIGINT        NOT NULL AUTO_INCREMENT PRIMARY KEY,
    entry_id   BIGINT        NOT NULL COMMENT 'The page that carries it.',
    recipients VARCHAR(2000) NOT NULL COMMENT 'Addresses, one a line.',
    heading    VARCHAR(120)  NOT NULL COMMENT 'What stands above the fields.',
    thanks     VARCHAR(1000) NOT NULL COMMENT 'What whoever has sent something reads; plain text.',
    changed_at DATETIME(6)   NOT NULL,
    CONSTRAINT contact_forms_entry_fk FOREIGN KEY (entry_id) REFERENCES entries (id) ON DELETE CASCADE,
    UNIQUE KEY contact_forms_entry_unique (entry_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'Pages by which visitors write to the site.';
