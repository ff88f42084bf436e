ALTER TABLE users
    DROP CONSTRAINT users_role_known,
    ADD CONSTRAINT users_role_known CHECK (role IN ('owner', 'admin', 'editor', 'author', 'contributor', 'reader'));
