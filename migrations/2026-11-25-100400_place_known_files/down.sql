UPDATE files SET storage_key = '';
