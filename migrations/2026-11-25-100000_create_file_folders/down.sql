DROP TABLE file_folders;
