-- When the API refused tokens that it could not match with its own keys, pool or app clients, whoever sent them.
CREATE OR REPLACE TABLE barred AS
WITH refusals AS (
    SELECT r.cause, floor(r.moment / 60) * 60 AS minute, count(*) AS refusals,
        min(struct_pack(rank := 1, moment := r.moment, place := f.place, line := r.line, text := r.text)) AS evidence
    FROM records r JOIN files f ON f.file = r.file
    WHERE r.cause IN ('keys_unavailable', 'key_unknown', 'issuer_mismatch', 'client_mismatch')
        AND r.kind IN ('rejected', 'keys') AND NOT r.maybe AND r.moment IS NOT NULL
    GROUP BY r.cause, minute
),
spaced AS (
    SELECT *, lag(minute) OVER (PARTITION BY cause ORDER BY minute) AS before FROM refusals
),
begun AS (
    -- Where few ask, an outage shows now and then, and lasts until keys are there again.
    SELECT *, CASE WHEN minute - before <= 600 THEN 0
            WHEN cause = 'keys_unavailable' AND minute - before <= 3600 AND NOT EXISTS (
                SELECT 1 FROM records n WHERE n.kind = 'keys' AND n.cause IS NULL AND n.moment BETWEEN before AND minute
            ) THEN 0
            ELSE 1
        END AS fresh
    FROM spaced
),
stretches AS (
    SELECT *, sum(fresh) OVER (PARTITION BY cause ORDER BY minute) AS stretch FROM begun
),
crowds AS (
    -- Stretches of them. Strangers' tokens come all the time: a few, or no more than usual, say nothing.
    SELECT cause, min(minute) AS since, max(minute) + 660 AS until, min(evidence) AS evidence,
        CAST(sum(refusals) AS BIGINT) AS refusals, max(minute) AS minute
    FROM (SELECT *, sum(refusals) OVER (PARTITION BY cause) AS total FROM stretches) CROSS JOIN settings w
    GROUP BY cause, stretch, total, w.crowd, w.first, w.last
    HAVING cause = 'keys_unavailable' OR (sum(refusals) >= w.crowd
        AND sum(refusals) * (w.last - w.first) >= 5 * total * (max(minute) + 60 - min(minute)))
)
-- Who is waiting for keys asks ever less often: their lack lasts until they are fetched.
SELECT c.* EXCLUDE (minute) REPLACE (greatest(c.until, 60 + coalesce((
        SELECT min(n.moment) FROM records n
        WHERE n.kind = 'keys' AND n.cause IS NULL AND c.cause = 'keys_unavailable' AND n.moment BETWEEN c.minute AND c.minute + 3600
    ), c.until - 60)) AS until),
    -- A key that is not in a key set which could be fetched is another pool's.
    c.cause = 'keys_unavailable' OR (c.cause = 'key_unknown' AND EXISTS (
        SELECT 1 FROM crowds k WHERE k.cause = 'keys_unavailable' AND k.since <= c.until AND c.since <= k.until
    )) AS keyless
FROM crowds c;
