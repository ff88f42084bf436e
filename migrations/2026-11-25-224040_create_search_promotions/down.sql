DROP TABLE search_promotions;
