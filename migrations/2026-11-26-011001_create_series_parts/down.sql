DROP TABLE series_parts;
