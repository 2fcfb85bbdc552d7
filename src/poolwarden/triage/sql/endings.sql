-- The ends that count as at the validity, one by one.
SELECT w.pool, w.client, w.key, w.user_ref, w.start, w.low_s, w.issued_last, w.refused, w.present
FROM walled w JOIN told_apart t ON t.client = w.client AND t.pool = w.pool
ORDER BY w.key;
