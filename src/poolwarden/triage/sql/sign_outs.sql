-- When those users' sessions were ended on purpose whose refused refreshes are to be told to one of them.
SELECT user_ref, moment, operation NOT LIKE 'Admin%' FROM records
WHERE kind = 'ended' AND NOT maybe AND moment IS NOT NULL AND user_ref IN (SELECT user_ref FROM callers)
ORDER BY ALL;
