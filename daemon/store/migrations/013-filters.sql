-- What filters ask of a picture's files (date, size, folder, whether they are there) is in the index that finds them: no row of the file is
-- read for it.
DROP INDEX files_by_image;
CREATE INDEX files_by_image ON files (image_id, missing_at_ms, modified_ns, size_bytes, folder_id) WHERE image_id IS NOT NULL;
