-- Users with several devices sign in on one while a session goes on on another. Which sign-in replaced which session:
-- each takes the one that was over last, of those that none has taken, as brackets close.
CREATE OR REPLACE TABLE replaced AS
WITH several AS (
    SELECT DISTINCT user_ref, client FROM sessions WHERE issued_last > next_start + 60
),
lives AS (
    SELECT s.key, s.user_ref, s.client, s.start, CASE
            WHEN l.refused OR l.ended_by IS NOT NULL THEN coalesce(l.failed_first, l.ended_at)
            -- Front ends refresh up to five minutes before a token expires.
            ELSE coalesce(s.expires_last, s.issued_last + 3600) - 300
        END AS over
    FROM sessions s
    JOIN several d ON d.user_ref = s.user_ref AND d.client = s.client
    LEFT JOIN losses l ON l.key = s.key
    WHERE s.start IS NOT NULL
),
brackets AS (
    SELECT user_ref, client, key, over AS moment, 1 AS step FROM lives WHERE over IS NOT NULL
    UNION ALL
    SELECT user_ref, client, key, start, -1 FROM lives
),
levels AS (
    SELECT *, sum(step) OVER told AS level FROM brackets
    WINDOW told AS (PARTITION BY user_ref, client ORDER BY moment, step DESC, key ROWS UNBOUNDED PRECEDING)
),
depths AS (
    SELECT *, level - least(0, min(level) OVER told) AS depth FROM levels
    WINDOW told AS (PARTITION BY user_ref, client ORDER BY moment, step DESC, key ROWS UNBOUNDED PRECEDING)
),
slots AS (
    SELECT *, CASE WHEN step > 0 THEN depth WHEN lag(depth, 1, 0) OVER told > 0 THEN depth + 1 END AS slot FROM depths
    WINDOW told AS (PARTITION BY user_ref, client ORDER BY moment, step DESC, key)
),
closed AS (
    SELECT key, step, moment AS over, lead(moment) OVER told AS next_start FROM slots WHERE slot IS NOT NULL
    WINDOW told AS (PARTITION BY user_ref, client, slot ORDER BY moment, step DESC, key)
),
silent AS (
    SELECT c.key, l.client, c.next_start
    FROM closed c JOIN losses l ON l.key = c.key CROSS JOIN parts p
    WHERE c.step > 0 AND l.signs = 0 AND l.ended_by IS NULL AND l.next_start < c.over AND c.next_start > c.over AND NOT p.sparse
),
told AS (
    -- Where refused refreshes are told by name, a session without one is not over: it may be on another device.
    SELECT client FROM losses WHERE said_first IS NOT NULL GROUP BY client
    HAVING count(*) > (SELECT count(*) FROM silent s WHERE s.client = losses.client)
)
SELECT key, next_start FROM silent WHERE client NOT IN (SELECT client FROM told WHERE client IS NOT NULL);

UPDATE losses SET next_start = r.next_start, lost_at = r.next_start FROM replaced r WHERE r.key = losses.key;
