DROP TABLE entry_comments;
