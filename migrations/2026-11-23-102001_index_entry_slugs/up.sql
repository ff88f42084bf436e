-- What lies in the trash has no path; a link to it is told by the slug.
CREATE INDEX entries_by_slug ON entries (slug, id);
