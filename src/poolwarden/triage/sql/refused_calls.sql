-- The calls of those users, in their order.
SELECT user_ref, client, moment, key, sign FROM callers ORDER BY user_ref, moment, key, sign, client;
