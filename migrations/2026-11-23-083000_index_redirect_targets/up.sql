-- A rename retargets what led to the old address; without this it would read, and lock, every redirect.
CREATE INDEX redirects_by_to_path ON redirects (to_path(190));
