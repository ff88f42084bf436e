DROP TABLE entry_tags;
