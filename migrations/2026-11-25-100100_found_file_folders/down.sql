DELETE FROM file_folders WHERE id = 1;
