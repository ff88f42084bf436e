DROP TABLE related_entries;
