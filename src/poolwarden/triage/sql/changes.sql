-- The changes of settings, each once.
CREATE OR REPLACE TABLE changes AS
SELECT r.moment, r.operation, max(r.actor) AS actor, coalesce(p.alias, r.pool) AS pool, coalesce(c.alias, r.client) AS client,
    max(r.detail) AS detail
FROM records r
LEFT JOIN aliases p ON p.what = 'pool' AND p.id = r.pool
LEFT JOIN aliases c ON c.what = 'client' AND c.id = r.client
WHERE r.kind = 'changed' AND NOT r.maybe
GROUP BY r.moment, r.operation, coalesce(p.alias, r.pool), coalesce(c.alias, r.client);
