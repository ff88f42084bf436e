ALTER TABLE files ADD KEY files_by_renditions (renditions, id);
