-- Where the words of a picture's text stand in it (word-boxes.ts). Pictures read before this have none until they are read again.
CREATE TABLE word_boxes (
  image_id INTEGER PRIMARY KEY REFERENCES images (id) ON DELETE CASCADE,
  words BLOB NOT NULL
);
