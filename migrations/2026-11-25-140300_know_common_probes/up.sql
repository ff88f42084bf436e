INSERT INTO lost_rules (pattern) VALUES
    ('*.php'), ('*.asp'), ('*.aspx'), ('*.jsp'), ('*.cgi'), ('*.env'), ('*.sql'), ('*.bak'), ('/.*'), ('*/.env*'), ('*/.git*'),
    ('/wp-*'), ('*/wp-includes/*'), ('/cgi-bin/*'), ('/phpmyadmin*'), ('/actuator*'), ('/vendor/phpunit/*'), ('/_ignition/*'), ('/solr/*'),
    ('/apple-touch-icon*'), ('/browserconfig.xml');
