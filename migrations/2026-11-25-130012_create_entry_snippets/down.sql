DROP TABLE entry_snippets;
