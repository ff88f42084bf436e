DROP TABLE workflow_step_approvers;
