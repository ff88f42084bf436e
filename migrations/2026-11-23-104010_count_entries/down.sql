DELETE FROM entry_counts;
