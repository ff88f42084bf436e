DROP TABLE contact_forms;
