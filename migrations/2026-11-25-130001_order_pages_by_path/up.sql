-- Pages are found by the beginning of their address, and listed in its order.
ALTER TABLE entries ADD KEY entries_by_kind_path (kind, path);
