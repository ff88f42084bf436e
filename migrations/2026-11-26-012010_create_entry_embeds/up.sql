CREATE TABLE entry_embeds (
    entry_id    BIGINT NOT NULL,
    revision_id BIGINT NOT NULL,
    embed_id    BIGINT NOT NULL,
    PRIMARY KEY (revision_id, embed_id),
    CONSTRAINT entry_embeds_entry_fk FOREIGN KEY (entry_id) REFERENCES entries (id) ON DELETE CASCADE,
    CONSTRAINT entry_embeds_revision_fk FOREIGN KEY (revision_id) REFERENCES revisions (id) ON DELETE CASCADE,
    CONSTRAINT entry_embeds_embed_fk FOREIGN KEY (embed_id) REFERENCES embeds (id),
    KEY entry_embeds_by_entry (entry_id, revision_id),
    KEY entry_embeds_by_embed (embed_id, entry_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'Which addresses stand alone in a paragraph of the live and the newest revision of each entry.';
