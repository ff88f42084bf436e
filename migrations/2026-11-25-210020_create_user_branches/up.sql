CREATE TABLE user_branches (
    user_id BIGINT NOT NULL,
    page_id BIGINT NOT NULL,
    PRIMARY KEY (user_id, page_id),
    CONSTRAINT user_branches_user_fk FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT user_branches_page_fk FOREIGN KEY (page_id) REFERENCES entries (id) ON DELETE CASCADE,
    KEY user_branches_of_page (page_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'Branches of the page tree to which somebody is limited, each by its uppermost page.';
