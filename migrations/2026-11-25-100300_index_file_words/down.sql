DROP INDEX files_words ON files;
