-- No address is longer; the next step makes the column as long, so that an index has the whole of it.
DELETE FROM redirects WHERE CHAR_LENGTH(from_path) > 750;
