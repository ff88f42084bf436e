UPDATE menus SET place = location WHERE location IN ('header', 'footer');
