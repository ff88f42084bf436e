DROP TABLE embed_providers;
