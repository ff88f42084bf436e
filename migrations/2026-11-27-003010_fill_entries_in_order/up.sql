UPDATE entry_categories AS filed JOIN entries ON entries.id = filed.entry_id
SET    filed.kind = entries.kind, filed.state = entries.state, filed.changed_at = entries.changed_at;
