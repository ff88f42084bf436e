CREATE TABLE users (
    id            BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    email         VARCHAR(254) NOT NULL COMMENT 'Lower case.',
    name          VARCHAR(120) NOT NULL,
    slug          VARCHAR(120) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'Names the author page.',
    bio           TEXT         NOT NULL,
    role          VARCHAR(16)  NOT NULL,
    password_hash VARCHAR(255) NULL COMMENT 'PHC string; NULL: cannot sign in.',
    scheme        VARCHAR(8)   NOT NULL DEFAULT 'system' COMMENT 'Light, dark or as the system says.',
    disabled_at   DATETIME(6)  NULL,
    created_at    DATETIME(6)  NOT NULL,
    CONSTRAINT users_role_known CHECK (role IN ('owner', 'admin', 'editor', 'author')),
    UNIQUE KEY users_email_unique (email),
    UNIQUE KEY users_slug_unique (slug),
    KEY users_by_name (name, id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'People who sign in or are named as authors.';
