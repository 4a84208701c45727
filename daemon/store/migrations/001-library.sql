-- The library: roots, files on disk, pictures (distinct content), failures, and what makes pictures findable.
-- Vectors live in one table per index, vectors_<id>, made when the index is (see indexes.ts).

-- Counters are kept by the triggers below, so that progress can be asked for as often as one likes.
CREATE TABLE folders (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  path TEXT NOT NULL UNIQUE,
  state TEXT NOT NULL DEFAULT 'online' CHECK (state IN ('online', 'offline', 'denied', 'scanning')),
  added_at_ms INTEGER NOT NULL,
  last_scan_at_ms INTEGER,
  files INTEGER NOT NULL DEFAULT 0,
  pending INTEGER NOT NULL DEFAULT 0,
  failed INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE indexes (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  model_id TEXT NOT NULL,
  -- The setting that led to this model, so that its text encoder can be found while it is still searched.
  model_setting TEXT NOT NULL,
  dimension INTEGER NOT NULL CHECK (dimension > 0),
  state TEXT NOT NULL UNIQUE CHECK (state IN ('active', 'building'))
);

CREATE TABLE images (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  content_hash TEXT NOT NULL UNIQUE,
  perceptual_hash TEXT NOT NULL,
  format TEXT NOT NULL,
  width INTEGER NOT NULL,
  height INTEGER NOT NULL,
  frames INTEGER NOT NULL,
  thumbnail TEXT NOT NULL,
  indexed_at_ms INTEGER NOT NULL,
  -- The newest index that holds its vector.
  index_id INTEGER REFERENCES indexes (id) ON DELETE SET NULL,
  -- Files that hold it and are not missing. 0: hidden, remembered for the grace period. Kept by triggers.
  present INTEGER NOT NULL DEFAULT 0,
  -- Since when no file row at all refers to it.
  orphaned_at_ms INTEGER,
  -- What the full text tables say of its files: names without extension and folders, one a line.
  names TEXT NOT NULL DEFAULT '',
  folders TEXT NOT NULL DEFAULT '',
  text TEXT NOT NULL
);
CREATE INDEX images_by_index ON images (index_id);
CREATE INDEX images_by_thumbnail ON images (thumbnail);
CREATE INDEX images_hidden ON images (id) WHERE present = 0;
CREATE INDEX images_orphaned ON images (orphaned_at_ms) WHERE orphaned_at_ms IS NOT NULL;

CREATE TABLE files (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  folder_id INTEGER NOT NULL REFERENCES folders (id),
  directory TEXT NOT NULL,
  name TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,
  -- 64 bits, see nanoseconds.ts.
  modified_ns INTEGER NOT NULL,
  inode INTEGER NOT NULL,
  state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'indexed', 'failed')),
  -- 0: unchanged, only its picture lacks an embedding of a new model. 1: backlog of a folder's first scan. 2: arrived since.
  urgency INTEGER NOT NULL,
  -- Kept while the file is pending: a picture stays findable until the file is known to hold another one.
  image_id INTEGER REFERENCES images (id),
  missing_at_ms INTEGER,
  UNIQUE (directory, name)
);
CREATE INDEX files_queue ON files (folder_id, urgency DESC, modified_ns DESC) WHERE state = 'pending' AND missing_at_ms IS NULL;
CREATE INDEX files_by_image ON files (image_id) WHERE image_id IS NOT NULL;
CREATE INDEX files_recent ON files (modified_ns DESC, image_id, folder_id) WHERE missing_at_ms IS NULL AND image_id IS NOT NULL;
CREATE INDEX files_of_folder ON files (folder_id, image_id, missing_at_ms);
CREATE INDEX files_missing ON files (missing_at_ms) WHERE missing_at_ms IS NOT NULL;

CREATE TABLE failures (
  file_id INTEGER PRIMARY KEY REFERENCES files (id) ON DELETE CASCADE,
  stage TEXT NOT NULL,
  reason TEXT NOT NULL,
  message TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  last_try_at_ms INTEGER NOT NULL,
  retry_at_ms INTEGER
);
CREATE INDEX failures_due ON failures (retry_at_ms) WHERE retry_at_ms IS NOT NULL;

-- One row: how many pictures can be found, and a number that grows whenever that set changes.
CREATE TABLE library (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  images INTEGER NOT NULL,
  revision INTEGER NOT NULL
);
INSERT INTO library VALUES (1, 0, 0);

-- Whole and half-typed words; and any three letters in a row, for OCR text that lost its spaces.
CREATE VIRTUAL TABLE words USING fts5 (
  ocr, names, folders,
  content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2 3'
);
CREATE VIRTUAL TABLE trigrams USING fts5 (
  ocr, names, folders,
  content = '', contentless_delete = 1, tokenize = 'trigram remove_diacritics 1'
);

CREATE TRIGGER files_inserted AFTER INSERT ON files WHEN new.missing_at_ms IS NULL BEGIN
  UPDATE folders
  SET files = files + 1, pending = pending + (new.state = 'pending'), failed = failed + (new.state = 'failed')
  WHERE id = new.folder_id;
  UPDATE images SET present = present + 1 WHERE id = new.image_id;
END;

CREATE TRIGGER files_deleted AFTER DELETE ON files WHEN old.missing_at_ms IS NULL BEGIN
  UPDATE folders
  SET files = files - 1, pending = pending - (old.state = 'pending'), failed = failed - (old.state = 'failed')
  WHERE id = old.folder_id;
  UPDATE images SET present = present - 1 WHERE id = old.image_id;
END;

CREATE TRIGGER files_counted AFTER UPDATE OF folder_id, state, missing_at_ms ON files
WHEN old.folder_id <> new.folder_id OR old.state <> new.state OR (old.missing_at_ms IS NULL) <> (new.missing_at_ms IS NULL) BEGIN
  UPDATE folders
  SET files = files - 1, pending = pending - (old.state = 'pending'), failed = failed - (old.state = 'failed')
  WHERE id = old.folder_id AND old.missing_at_ms IS NULL;
  UPDATE folders
  SET files = files + 1, pending = pending + (new.state = 'pending'), failed = failed + (new.state = 'failed')
  WHERE id = new.folder_id AND new.missing_at_ms IS NULL;
END;

CREATE TRIGGER files_linked AFTER UPDATE OF image_id, missing_at_ms ON files
WHEN old.image_id IS NOT new.image_id OR (old.missing_at_ms IS NULL) <> (new.missing_at_ms IS NULL) BEGIN
  UPDATE images SET present = present + 1 WHERE id = new.image_id AND new.missing_at_ms IS NULL;
  UPDATE images SET present = present - 1 WHERE id = old.image_id AND old.missing_at_ms IS NULL;
END;

CREATE TRIGGER images_shown AFTER UPDATE OF present ON images WHEN (old.present > 0) <> (new.present > 0) BEGIN
  UPDATE library SET images = images + iif(new.present > 0, 1, -1), revision = revision + 1;
END;
