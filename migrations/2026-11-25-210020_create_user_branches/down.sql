DROP TABLE user_branches;
