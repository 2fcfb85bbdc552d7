-- The sessions of users of whom only refusals are told (strangers.sql), and when they were refused.
SELECT l.failed_first, l.key, l.client, l.signs
FROM lost l JOIN strangers s ON s.own_key = l.key
WHERE l.failed_first IS NOT NULL AND l.ended_by IS NULL
ORDER BY l.failed_first, l.key;
