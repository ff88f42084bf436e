DROP TABLE translation_groups;
