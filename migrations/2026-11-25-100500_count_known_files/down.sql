UPDATE file_folders SET files = 0, bytes = 0;
