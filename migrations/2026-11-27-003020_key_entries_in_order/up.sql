ALTER TABLE entry_categories
    DROP KEY entry_categories_by_category,
    ADD KEY entry_categories_in_order (category_id, kind, state, changed_at, entry_id);
