UPDATE revisions JOIN entries ON entries.live_revision_id = revisions.id SET revisions.published_at = entries.changed_at;
