DELETE FROM links WHERE kind = 'file' AND address = (SELECT image_url FROM revisions WHERE revisions.id = links.revision_id);
