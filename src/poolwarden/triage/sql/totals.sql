-- How many sessions the logs show.
SELECT count(*) FROM sessions;
