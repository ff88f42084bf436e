DROP INDEX entries_by_slug ON entries;
