-- How many sessions of an app client (of any, where none is named) got a token after a moment, and how many that began
-- before it went on after another.
SELECT count(*), count(*) FILTER ((start IS NULL OR start < $since) AND issued_last >= $until)
FROM sessions
WHERE issued_last >= $since AND ($client = '' OR client = $client);
