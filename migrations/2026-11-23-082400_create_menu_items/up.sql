CREATE TABLE menu_items (
    id          BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    menu_id     BIGINT       NOT NULL,
    parent_id   BIGINT       NULL COMMENT 'Items below a heading.',
    position    INT          NOT NULL,
    label       VARCHAR(120) NOT NULL,
    entry_id    BIGINT       NULL COMMENT 'Follows the entry; hidden while that is not live.',
    category_id BIGINT       NULL,
    url         VARCHAR(2000) NULL,
    CONSTRAINT menu_items_menu_fk FOREIGN KEY (menu_id) REFERENCES menus (id) ON DELETE CASCADE,
    CONSTRAINT menu_items_parent_fk FOREIGN KEY (parent_id) REFERENCES menu_items (id) ON DELETE CASCADE,
    CONSTRAINT menu_items_entry_fk FOREIGN KEY (entry_id) REFERENCES entries (id) ON DELETE CASCADE,
    CONSTRAINT menu_items_category_fk FOREIGN KEY (category_id) REFERENCES categories (id) ON DELETE CASCADE,
    KEY menu_items_in_order (menu_id, position, id),
    KEY menu_items_by_parent (parent_id),
    KEY menu_items_by_entry (entry_id),
    KEY menu_items_by_category (category_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'What a menu shows, in order.';
