ALTER TABLE files DROP KEY files_by_renditions;
