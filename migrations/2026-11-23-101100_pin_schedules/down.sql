UPDATE entries SET scheduled_revision_id = NULL WHERE publish_at IS NOT NULL;
