ALTER TABLE users
    DROP KEY users_by_role,
    DROP CONSTRAINT users_reach_known,
    DROP COLUMN reach;
