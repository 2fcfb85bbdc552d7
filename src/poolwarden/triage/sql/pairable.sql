-- Whether what one log tells of a lost session may be told of it elsewhere, too.
SELECT count(DISTINCT kind) > 1 OR EXISTS (SELECT 1 FROM silences) FROM logs;
