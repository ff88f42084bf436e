-- The lists of categories, which alone were read along it, have an index of their own.
ALTER TABLE entries DROP KEY entries_by_change;
