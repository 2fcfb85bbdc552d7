-- Leave the other lines of these files to the reader.
UPDATE grouped SET kind = 10 WHERE kind IN (7, 8) AND list_contains($files, cause);
