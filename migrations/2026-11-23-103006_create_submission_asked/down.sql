DROP TABLE submission_asked;
