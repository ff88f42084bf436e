DROP TABLE snippet_aliases;
