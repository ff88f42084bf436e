INSERT INTO entry_counts (kind, state, entries) SELECT kind, state, COUNT(*) FROM entries GROUP BY kind, state;
