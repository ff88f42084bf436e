ALTER TABLE entry_categories DROP KEY entry_categories_in_order, ADD KEY entry_categories_by_category (category_id, entry_id);
