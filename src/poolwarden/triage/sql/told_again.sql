-- How many lost sessions are known by a refused refresh alone whose user was refused before: some may be retries.
SELECT count(*) - count(DISTINCT split_part(key, '?', 1)) FROM lost WHERE key LIKE '%?%';
