UPDATE file_folders
SET    files = (SELECT COUNT(*) FROM files), bytes = (SELECT COALESCE(SUM(bytes), 0) FROM files)
WHERE  id = 1;
