DROP TABLE lost_rules;
