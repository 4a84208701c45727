-- The revision grows with everything that a list of pictures shows: copies, names and places, changed files, disks that come and go.
DROP TRIGGER images_shown;
CREATE TRIGGER images_shown AFTER UPDATE OF present ON images WHEN old.present <> new.present BEGIN
  UPDATE library SET images = images + (new.present > 0) - (old.present > 0), revision = revision + 1;
END;

-- The same bytes, written anew: "latest" and the date shown change. Renamed or moved to another picture: present does.
CREATE TRIGGER files_read_again AFTER UPDATE OF state ON files
WHEN old.state = 'pending' AND new.state = 'indexed' AND old.urgency > 0 AND new.missing_at_ms IS NULL BEGIN
  UPDATE library SET revision = revision + 1;
END;

CREATE TRIGGER folders_reached AFTER UPDATE OF state ON folders
WHEN new.files > 0 AND (old.state IN ('online', 'scanning')) <> (new.state IN ('online', 'scanning')) BEGIN
  UPDATE library SET revision = revision + 1;
END;
