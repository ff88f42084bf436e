-- The order among siblings is the tree's and changes at once; no draft brings an old one back.
ALTER TABLE revisions DROP COLUMN position;
