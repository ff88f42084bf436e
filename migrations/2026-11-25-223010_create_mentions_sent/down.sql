DROP TABLE mentions_sent;
