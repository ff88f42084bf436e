UPDATE files SET renditions = 'none' WHERE renditions <> 'none';
