-- The lost sessions that were told to be revoked, and nobody is seen to have done it.
SELECT lost_at, coalesce(client, '') AS client, start, key
FROM lost
WHERE (signs & 2) <> 0 AND ended_by IS NULL AND event IS NULL AND lost_at IS NOT NULL
ORDER BY lost_at, key;
