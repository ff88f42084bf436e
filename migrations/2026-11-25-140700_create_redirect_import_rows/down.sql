DROP TABLE redirect_import_rows;
