ALTER TABLE files ADD COLUMN width INT NULL COMMENT 'Pixels, of a picture.', ADD COLUMN height INT NULL COMMENT 'Pixels, of a picture.';
