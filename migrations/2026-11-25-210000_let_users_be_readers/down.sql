UPDATE users SET role = 'contributor', disabled_at = COALESCE(disabled_at, UTC_TIMESTAMP(6)) WHERE role = 'reader';
ALTER TABLE users
    DROP CONSTRAINT users_role_known,
    ADD CONSTRAINT users_role_known CHECK (role IN ('owner', 'admin', 'editor', 'author', 'contributor'));
