UPDATE entries SET scheduled_revision_id = latest_revision_id WHERE publish_at IS NOT NULL;
