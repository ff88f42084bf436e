INSERT INTO file_folders (id, parent_id, name, path, created_at) VALUES (1, NULL, '', '', UTC_TIMESTAMP(6));
