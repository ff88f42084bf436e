DROP TABLE workflow_assignments;
