-- Further frames of moving pictures. Each has a vector of its own in every index, under an id made of both columns (scenes.ts).
CREATE TABLE scenes (
  image_id INTEGER NOT NULL REFERENCES images (id) ON DELETE CASCADE,
  -- 1 and up; 0 is the picture itself.
  scene INTEGER NOT NULL,
  -- From 0; of a video NULL.
  frame INTEGER,
  -- Since the beginning; NULL when the file does not say.
  at_ms INTEGER,
  thumbnail TEXT NOT NULL,
  PRIMARY KEY (image_id, scene)
) WITHOUT ROWID;
CREATE INDEX scenes_by_thumbnail ON scenes (thumbnail);

-- Animations that were read before are read again; they stay findable meanwhile.
UPDATE images SET reread = 1 WHERE frames > 1;
UPDATE files SET state = 'pending', urgency = 0
  WHERE state = 'indexed' AND missing_at_ms IS NULL AND image_id IN (SELECT id FROM images WHERE frames > 1);
