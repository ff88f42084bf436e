CREATE TABLE warm_pages (
    position INT           NOT NULL PRIMARY KEY COMMENT 'From 1: the one read most.',
    address  VARCHAR(1500) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'Path, and the parameters that choose a page of a list.',
    `reads`  INT           NOT NULL COMMENT 'A measure of how often it was read lately.'
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'Pages made for the page cache after a start, before anybody asks for them.';
