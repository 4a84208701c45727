-- An index that searches no longer use is kept for a while, so that going back costs nothing. SQLite cannot change the rules of a table in
-- place: the rows are carried over to a new one, and the pictures' references with them, which the old table takes away as it goes.
CREATE TEMP TABLE known_indexes AS SELECT * FROM indexes;
CREATE TEMP TABLE holders AS SELECT id AS image_id, index_id FROM images WHERE index_id IS NOT NULL;
DROP TABLE indexes;
CREATE TABLE indexes (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  model_id TEXT NOT NULL,
  -- What leads to this model on the machine, so that its encoders can be found while it is still searched.
  model_setting TEXT NOT NULL,
  dimension INTEGER NOT NULL CHECK (dimension > 0),
  state TEXT NOT NULL CHECK (state IN ('active', 'building', 'kept')),
  centre BLOB,
  unsketched_from INTEGER,
  -- Since when nobody uses it.
  kept_at_ms INTEGER,
  CHECK ((state = 'kept') = (kept_at_ms IS NOT NULL))
);
CREATE UNIQUE INDEX indexes_in_use ON indexes (state) WHERE state <> 'kept';
INSERT INTO indexes (id, model_id, model_setting, dimension, state, centre, unsketched_from)
  SELECT id, model_id, model_setting, dimension, state, centre, unsketched_from FROM known_indexes;
UPDATE images SET index_id = (SELECT index_id FROM holders WHERE image_id = images.id) WHERE id IN (SELECT image_id FROM holders);
DROP TABLE known_indexes;
DROP TABLE holders;

-- Something of the picture besides its embedding is lost: it must be read as a whole.
ALTER TABLE images ADD COLUMN reread INTEGER NOT NULL DEFAULT 0;

-- While another index is built, a file that was read waits again, for the other model's embedding.
DROP TRIGGER files_read_again;
CREATE TRIGGER files_read_again AFTER UPDATE OF state, urgency ON files
WHEN old.state = 'pending' AND old.urgency > 0 AND (new.state = 'indexed' OR new.urgency = 0) AND new.missing_at_ms IS NULL BEGIN
  UPDATE library SET revision = revision + 1;
END;
