DROP TABLE broken_targets;
