UPDATE files SET renditions = 'waiting' WHERE renditions = 'none' AND content_type IN ('image/jpeg', 'image/png', 'image/webp');
