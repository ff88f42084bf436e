UPDATE revisions SET published_at = NULL;
