DROP TABLE submission_decisions;
