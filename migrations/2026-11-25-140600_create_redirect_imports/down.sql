DROP TABLE redirect_imports;
