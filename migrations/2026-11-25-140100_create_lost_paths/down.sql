DROP TABLE lost_paths;
