-- Which formats were read, and whether users are known.
SELECT coalesce(list(DISTINCT source ORDER BY source), []), coalesce(bool_or(user_ref IS NOT NULL), FALSE) FROM records;
