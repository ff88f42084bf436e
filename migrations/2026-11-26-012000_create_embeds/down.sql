DROP TABLE embeds;
