-- Near-duplicates: what pictures are compared by, and the groups that were found.

CREATE TABLE fingerprints (
  image_id INTEGER PRIMARY KEY REFERENCES images (id) ON DELETE CASCADE,
  -- likeness.ts
  hashes BLOB NOT NULL
);

-- Pictures of one group are nearly the same; the number is the id of one that was in it.
ALTER TABLE images ADD COLUMN group_id INTEGER;
ALTER TABLE images ADD COLUMN compared INTEGER NOT NULL DEFAULT 0;
CREATE INDEX images_by_group ON images (group_id) WHERE group_id IS NOT NULL;
CREATE INDEX images_uncompared ON images (id) WHERE compared = 0;
-- Its place is taken by the fingerprint.
ALTER TABLE images DROP COLUMN perceptual_hash;
