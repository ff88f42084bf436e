DROP TABLE entry_counts;
