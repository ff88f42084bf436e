CREATE FULLTEXT INDEX files_words ON files (name, alt, caption);
