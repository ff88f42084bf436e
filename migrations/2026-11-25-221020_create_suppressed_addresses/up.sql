CREATE TABLE suppressed_addresses (
    id          BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    address     VARCHAR(320) NOT NULL,
    reason      VARCHAR(16)  CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'bounce, complaint or by_hand.',
    note        VARCHAR(500) NOT NULL COMMENT 'What the mail server said, or why somebody added it.',
    added_by_id BIGINT       NULL COMMENT 'NULL: the program itself.',
    created_at  DATETIME(6)  NOT NULL,
    CONSTRAINT suppressed_addresses_reason_known CHECK (reason IN ('bounce', 'complaint', 'by_hand')),
    CONSTRAINT suppressed_addresses_added_by_fk FOREIGN KEY (added_by_id) REFERENCES users (id) ON DELETE SET NULL,
    UNIQUE KEY suppressed_addresses_address_unique (address),
    KEY suppressed_addresses_by_time (created_at, id),
    KEY suppressed_addresses_by_user (added_by_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'Addresses to which no letters go but those about the own account.';
