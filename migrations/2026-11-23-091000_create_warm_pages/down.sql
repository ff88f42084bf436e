DROP TABLE warm_pages;
