DROP TABLE appearance_previews;
