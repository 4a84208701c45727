-- Large things go in small steps, which a crash may interrupt. A removed folder is nobody's from the first step on and its path is free; its
-- files, and then its row, follow. The same of an index: its vectors, and then its row.
ALTER TABLE folders ADD COLUMN removed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE indexes ADD COLUMN dropped INTEGER NOT NULL DEFAULT 0;

-- Removing texts never rewrites the full text tables, which takes up to a second: that is done in small steps (tidying.ts).
INSERT INTO words (words, rank) VALUES ('deletemerge', 0);
INSERT INTO trigrams (trigrams, rank) VALUES ('deletemerge', 0);
