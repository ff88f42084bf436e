UPDATE menus SET place = 'nowhere' WHERE location IN ('header', 'footer');
