DROP TABLE entry_embeds;
