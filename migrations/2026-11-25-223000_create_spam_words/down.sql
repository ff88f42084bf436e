DROP TABLE spam_words;
