CREATE TABLE workflow_step_approvers (
    id      BIGINT      NOT NULL AUTO_INCREMENT PRIMARY KEY,
    step_id BIGINT      NOT NULL,
    role    VARCHAR(16) NULL COMMENT 'Everybody with this role; or NULL, and a person.',
    user_id BIGINT      NULL,
    CONSTRAINT workflow_step_approvers_step_fk FOREIGN KEY (step_id) REFERENCES workflow_steps (id) ON DELETE CASCADE,
    CONSTRAINT workflow_step_approvers_user_fk FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    UNIQUE KEY workflow_step_approvers_role_unique (step_id, role),
    UNIQUE KEY workflow_step_approvers_user_unique (user_id, step_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'Who may approve a step.';
