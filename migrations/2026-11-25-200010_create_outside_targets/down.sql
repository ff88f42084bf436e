DROP TABLE outside_targets;
