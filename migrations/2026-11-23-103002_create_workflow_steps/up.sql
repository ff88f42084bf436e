CREATE TABLE workflow_steps (
    id          BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    workflow_id BIGINT       NOT NULL,
    position    INT          NOT NULL COMMENT 'Counts from 0.',
    name        VARCHAR(120) NOT NULL,
    CONSTRAINT workflow_steps_workflow_fk FOREIGN KEY (workflow_id) REFERENCES workflows (id) ON DELETE CASCADE,
    UNIQUE KEY workflow_steps_position_unique (workflow_id, position)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'The steps of a workflow, in order.';
