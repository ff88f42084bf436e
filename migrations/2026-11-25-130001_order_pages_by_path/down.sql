ALTER TABLE entries DROP KEY entries_by_kind_path;
