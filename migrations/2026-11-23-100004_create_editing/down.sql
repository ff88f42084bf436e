DROP TABLE editing;
