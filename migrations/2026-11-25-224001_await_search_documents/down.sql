DELETE FROM search_documents WHERE version = 0;
