UPDATE files
SET    storage_key = SUBSTR(address, 8),
       kind = CASE WHEN content_type LIKE 'image/%' THEN 'picture'
                   WHEN content_type LIKE 'video/%' THEN 'video'
                   WHEN content_type LIKE 'audio/%' THEN 'audio'
                   ELSE 'document' END,
       frames = IF(content_type LIKE 'image/%', 1, NULL),
       used = EXISTS (SELECT 1 FROM links WHERE links.target_file_id = files.id);
