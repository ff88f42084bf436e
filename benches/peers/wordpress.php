<?php
// `php wordpress.php ROOT ARTICLES`: installs WordPress as its own installer does, and puts the articles in.
define('WP_INSTALLING', true);
$_SERVER['HTTP_HOST'] = '127.0.0.1';
require $argv[1] . '/wp-load.php';
require ABSPATH . 'wp-admin/includes/upgrade.php';
wp_install('Bench', 'bench', 'bench@example.org', true, '', 'a long enough phrase 4711');
update_option('permalink_structure', '/%postname%/');
foreach (json_decode(file_get_contents($argv[2]), true) as $article) {
    $made = wp_insert_post([
        'post_title' => $article['title'],
        'post_name' => $article['slug'],
        'post_excerpt' => $article['summary'],
        'post_content' => wp_slash($article['html']),
        'post_date' => substr($article['at'], 0, 19),
        'post_status' => 'publish',
        'post_author' => 1,
        'tags_input' => $article['tags'],
    ], true);
    if (is_wp_error($made)) {
        fwrite(STDERR, $made->get_error_message());
        exit(1);
    }
}
flush_rewrite_rules();
