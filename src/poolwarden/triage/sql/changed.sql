-- The changes of settings, in their order.
SELECT moment, operation, actor, pool, client, detail FROM changes ORDER BY moment, operation, pool, client;
