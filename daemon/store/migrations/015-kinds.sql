-- What filters ask of a picture itself (format, whether it moves, its size): a row of pictures holds its texts as well, and few fit on a page.
CREATE INDEX images_by_kind ON images (id, format, frames, width, height);
