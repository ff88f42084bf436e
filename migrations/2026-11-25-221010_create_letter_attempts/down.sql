DROP TABLE letter_attempts;
