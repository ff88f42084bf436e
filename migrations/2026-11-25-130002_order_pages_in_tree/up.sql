-- A level of the tree is read in its order, without what lies in the trash.
ALTER TABLE entries ADD KEY entries_in_tree (kind, parent_id, state, position, id);
