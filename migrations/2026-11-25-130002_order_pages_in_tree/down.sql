ALTER TABLE entries DROP KEY entries_in_tree;
