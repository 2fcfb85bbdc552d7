-- Whether there are silent losses that no refusal shows, and such that were refused before the validity was reached.
SELECT bool_or(NOT refused), bool_or(refused AND NOT visible AND wall IN ('before', 'unknown'))
FROM lost WHERE silent AND event IS NULL;
