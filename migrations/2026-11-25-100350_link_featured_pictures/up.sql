INSERT INTO links (entry_id, revision_id, target_file_id, kind, address, text)
SELECT entries.id, revisions.id, files.id, 'file', revisions.image_url, revisions.image_alt
FROM   entries
JOIN   revisions ON revisions.id IN (entries.live_revision_id, entries.latest_revision_id)
JOIN   files ON files.address = revisions.image_url
WHERE  NOT EXISTS (SELECT 1 FROM links AS known WHERE known.revision_id = revisions.id AND known.target_file_id = files.id);
