INSERT INTO search_documents (entry_id, kind, author_id, published_at, topics, head, terms, version)
SELECT id, kind, author_id, COALESCE(published_at, changed_at), '', '', '', 0 FROM entries WHERE state = 'published';
