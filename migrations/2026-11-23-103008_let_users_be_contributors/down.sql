UPDATE users SET role = 'author', disabled_at = COALESCE(disabled_at, UTC_TIMESTAMP(6)) WHERE role = 'contributor';
ALTER TABLE users
    DROP CONSTRAINT users_role_known,
    ADD CONSTRAINT users_role_known CHECK (role IN ('owner', 'admin', 'editor', 'author'));
