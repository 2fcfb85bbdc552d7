-- Users sign out unseen, and come back to sign in. Who does so before the validity is reached lost nothing (lost.sql), nor
-- does who comes back after it: as many as are likely are not put down to it, first those whose absence was the oddest, or
-- the longest.
CREATE OR REPLACE TABLE departed AS
WITH counted AS (
    SELECT pool, client, CAST(count(*) FILTER (refused AND present) AS DOUBLE) AS met, count(*) FILTER (NOT refused AND present) AS missed,
        count(*) FILTER (refused AND NOT present) AS met_late, count(*) FILTER (NOT refused AND NOT present) AS missed_late
    FROM walled GROUP BY pool, client
),
-- Who was away for a part of the validity came back after it as often as that part, had they left at any age.
returns AS (
    SELECT l.pool, l.client, count(*) AS before, sum(l.away_s / (l.low_s - l.away_s)) AS after
    FROM returned l
    JOIN counted c ON c.pool = l.pool AND c.client = l.client AND c.missed_late > 0
    WHERE l.away_s < 0.8 * l.low_s
    GROUP BY l.pool, l.client
),
-- And how often, by what users do else.
weighed AS (
    SELECT w.pool, w.client, round(sum(c.chance), 6) AS departed
    FROM chances c JOIN walled w ON w.key = c.key
    GROUP BY w.pool, w.client
),
likely AS (
    SELECT c.pool, c.client, c.met >= 10 AND c.met >= c.missed AND c.met_late >= 10 AS known, CASE
            WHEN g.departed IS NOT NULL AND NOT (c.met >= 10 AND c.met >= 4 * c.missed AND c.met_late >= 10) THEN least(g.departed, 2 * greatest(r.before, r.after))
            -- A front end that sends what has expired sends it at the validity, too, save where it was signed out.
            WHEN c.met >= 10 AND c.met >= c.missed AND c.met_late >= 10
                THEN least(c.missed_late - c.met_late * c.missed / c.met, 2 * greatest(r.before, r.after))
            ELSE least(c.missed_late, r.after)
        END AS departed
    FROM counted c JOIN returns r ON r.pool = c.pool AND r.client = c.client
    LEFT JOIN weighed g ON g.pool = c.pool AND g.client = c.client
)
SELECT d.key, d.place <= round(l.departed) AS departed,
    CASE WHEN d.chance IS NULL THEN NOT l.known AND 20 * l.departed >= d.late ELSE d.chance >= 0.1 END AS doubtful
FROM (
    SELECT w.key, w.pool, w.client, c.chance, count(*) OVER (PARTITION BY w.pool, w.client) AS late,
        row_number() OVER (PARTITION BY w.pool, w.client ORDER BY coalesce(c.chance, 0) DESC, w.unseen_s DESC, w.key) AS place
    FROM walled w LEFT JOIN chances c ON c.key = w.key
    WHERE NOT refused AND NOT present
) d
JOIN likely l ON l.pool = d.pool AND l.client = d.client;

DELETE FROM lost WHERE key IN (SELECT key FROM departed WHERE departed);

UPDATE lost SET wall = 'around', feature = concat_ws('|', feature, 'around')
WHERE wall = 'reached' AND key IN (SELECT key FROM departed WHERE doubtful);
