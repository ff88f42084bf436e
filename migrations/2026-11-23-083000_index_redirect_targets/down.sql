DROP INDEX redirects_by_to_path ON redirects;
