DELETE FROM lost_rules;
