-- A call whose id another log tells as well is known to be of its session: what its user tries again within the shortest
-- refresh validity (60 minutes) is of the same.
UPDATE keyed SET key = r.key
FROM (
    SELECT k.rowid AS id, max(struct_pack(moment := c.moment, key := c.key)).key AS key
    FROM keyed k JOIN keyed c ON c.user_ref = k.user_ref AND c.cause = k.cause AND k.moment BETWEEN c.moment AND c.moment + 3600
    WHERE c.certain AND c.kind = 'refused' AND k.kind = 'refused' AND NOT k.certain AND k.key LIKE 'u:%|'
    GROUP BY k.rowid
) r
WHERE keyed.rowid = r.id;

-- Users of whom the logs tell refused refreshes and no token: an application that logs what failed, and nothing else.
-- Their sign-ins are not seen, so each time they are refused for good is taken for the end of another session; what
-- comes within the shortest refresh validity (60 minutes) of it is a retry. Who is deleted never signs in
-- again: whatever is said later is a retry.
CREATE OR REPLACE TABLE strangers AS
WITH calls AS (
    SELECT k.key, k.moment, bool_and(g.sign = 16) AS gone
    FROM keyed k JOIN signs g ON g.cause = k.cause CROSS JOIN settings w
    WHERE k.kind = 'refused' AND NOT k.maybe AND k.refresh IS DISTINCT FROM FALSE AND (g.sign & w.ending) <> 0
        AND k.moment IS NOT NULL AND k.key LIKE 'u:%|'
        AND k.user_ref NOT IN (SELECT user_ref FROM records WHERE user_ref IS NOT NULL AND kind = 'issued')
    GROUP BY k.key, k.moment
),
pauses AS (
    SELECT key, moment, moment - lag(moment) OVER told AS pause, gone AND lag(gone) OVER told AS gone
    FROM calls
    WINDOW told AS (PARTITION BY key ORDER BY moment)
),
ends AS (
    -- A resource server may have refused the session's last token a little earlier.
    SELECT key, moment, CASE WHEN pause IS NULL THEN 0 ELSE moment - 120 END AS since
    FROM pauses WHERE pause IS NULL OR (pause > 3600 AND NOT gone)
)
SELECT key, since, lead(since) OVER (PARTITION BY key ORDER BY since) AS until,
    key || '?' || CAST(CAST(floor(moment) AS BIGINT) AS VARCHAR) AS own_key
FROM ends;

UPDATE keyed SET key = s.own_key
FROM strangers s
WHERE keyed.key = s.key AND keyed.moment >= s.since AND (s.until IS NULL OR keyed.moment < s.until);
