-- How many kinds of logs there are.
SELECT count(DISTINCT kind) FROM logs;
