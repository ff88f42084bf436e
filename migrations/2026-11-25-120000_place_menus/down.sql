ALTER TABLE menus
    DROP FOREIGN KEY menus_branch_fk,
    DROP KEY menus_by_branch,
    DROP CONSTRAINT menus_place_known,
    DROP COLUMN branch_id,
    DROP COLUMN place,
    DROP COLUMN name;
