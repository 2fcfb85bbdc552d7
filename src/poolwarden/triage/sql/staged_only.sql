-- Leave only the groups of the app client and the user pool asked for, and those that name none.
DELETE FROM grouped
WHERE kind < 7 AND (coalesce(client <> $client, FALSE) OR coalesce(pool <> $pool, FALSE));
