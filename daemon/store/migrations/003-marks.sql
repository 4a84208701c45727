-- What the user says of pictures (favourite, hidden, tags), what was used, and what was moved to the Trash. Kept by content hash, so that it
-- outlives the picture's row: a move, another model, a folder removed and added again.

CREATE TABLE marks (
  content_hash TEXT PRIMARY KEY,
  favourite_at_ms INTEGER,
  hidden INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

CREATE TABLE tags (
  content_hash TEXT NOT NULL,
  -- Lower case: the same word in another case is the same tag.
  folded TEXT NOT NULL,
  tag TEXT NOT NULL,
  PRIMARY KEY (content_hash, folded)
) WITHOUT ROWID;
CREATE INDEX tags_by_word ON tags (folded, tag);

CREATE TABLE uses (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  content_hash TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('copy', 'paste', 'open', 'drag')),
  -- The words that led to it; '' when there were none.
  query TEXT NOT NULL,
  used_at_ms INTEGER NOT NULL
);
CREATE INDEX uses_by_content ON uses (content_hash, used_at_ms);

CREATE TABLE trashed (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  path TEXT NOT NULL,
  trash_path TEXT,
  trashed_at_ms INTEGER NOT NULL
);

-- The marks again, where searches look.
ALTER TABLE images ADD COLUMN favourite_at_ms INTEGER;
ALTER TABLE images ADD COLUMN hidden INTEGER NOT NULL DEFAULT 0;
-- What the full text tables say of its tags, one a line.
ALTER TABLE images ADD COLUMN tags TEXT NOT NULL DEFAULT '';
CREATE INDEX images_favourite ON images (favourite_at_ms) WHERE favourite_at_ms IS NOT NULL;
CREATE INDEX images_marked_hidden ON images (id) WHERE hidden = 1;

CREATE TRIGGER images_known AFTER INSERT ON images
WHEN EXISTS (SELECT 1 FROM marks WHERE content_hash = new.content_hash) BEGIN
  UPDATE images SET (favourite_at_ms, hidden) =
    (SELECT favourite_at_ms, hidden FROM marks WHERE content_hash = new.content_hash) WHERE id = new.id;
END;

-- The same tables with tags beside the other texts; text-index.ts fills them again.
DROP TABLE words;
DROP TABLE trigrams;
CREATE VIRTUAL TABLE words USING fts5 (
  ocr, names, folders, tags,
  content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2 3'
);
CREATE VIRTUAL TABLE trigrams USING fts5 (
  ocr, names, folders, tags,
  content = '', contentless_delete = 1, tokenize = 'trigram remove_diacritics 1'
);
