DROP TABLE entry_categories;
