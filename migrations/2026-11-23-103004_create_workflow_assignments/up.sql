CREATE TABLE workflow_assignments (
    id          BIGINT      NOT NULL AUTO_INCREMENT PRIMARY KEY,
    workflow_id BIGINT      NOT NULL,
    kind        VARCHAR(16) NULL COMMENT 'All posts or all pages; or NULL, and one of the next two.',
    page_id     BIGINT      NULL COMMENT 'This page and everything below it.',
    category_id BIGINT      NULL COMMENT 'Posts with this main category, or one below it.',
    CONSTRAINT workflow_assignments_workflow_fk FOREIGN KEY (workflow_id) REFERENCES workflows (id) ON DELETE CASCADE,
    CONSTRAINT workflow_assignments_page_fk FOREIGN KEY (page_id) REFERENCES entries (id) ON DELETE CASCADE,
    CONSTRAINT workflow_assignments_category_fk FOREIGN KEY (category_id) REFERENCES categories (id) ON DELETE CASCADE,
    UNIQUE KEY workflow_assignments_kind_unique (kind),
    UNIQUE KEY workflow_assignments_page_unique (page_id),
    UNIQUE KEY workflow_assignments_category_unique (category_id),
    KEY workflow_assignments_by_workflow (workflow_id, id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'What a workflow covers.';
