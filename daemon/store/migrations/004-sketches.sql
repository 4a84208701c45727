-- What makes large libraries quick to search is derived from the vectors (sketches.ts) and lives in tables of its own for each index,
-- sketches_<id> and numbers_<id>. centre: the mean of the vectors, from which signs are taken; NULL: there is nothing derived.
ALTER TABLE indexes ADD COLUMN centre BLOB;
-- The lowest id of a picture that may lack its sketch. NULL: none.
ALTER TABLE indexes ADD COLUMN unsketched_from INTEGER;
