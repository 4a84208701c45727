-- Files of equal pixels and different metadata are one picture. NULL: not known, or not told by pixels.
ALTER TABLE images ADD COLUMN pixel_hash TEXT;
CREATE INDEX images_by_pixels ON images (pixel_hash) WHERE pixel_hash IS NOT NULL;

-- Contents that were recognised by their pixels, and the content that the picture and its marks are known as. Like marks they outlive the
-- picture's row.
CREATE TABLE other_contents (
  content_hash TEXT PRIMARY KEY,
  known_as TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX other_contents_by_name ON other_contents (known_as);
