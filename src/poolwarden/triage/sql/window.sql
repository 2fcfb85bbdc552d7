-- When the logs begin and end.
SELECT min(moment), max(moment), count(*) FROM records;
