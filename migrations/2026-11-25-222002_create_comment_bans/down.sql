DROP TABLE comment_bans;
