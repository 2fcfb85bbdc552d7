-- One row a session that was refused after its last good token: when first, when last, and what was said.
CREATE OR REPLACE TABLE ends AS
WITH swapped AS (
    -- App clients whose tokens passed, until from some moment on they were refused as another's and passed no more: the
    -- API accepts others since. Where two APIs accept different ones, some pass at the one meanwhile.
    SELECT m.client, min(m.moment) AS since
    FROM (
        SELECT s.client, t.key, t.moment FROM traces t JOIN sessions s ON s.key = t.key
        WHERE t.cause = 'client_mismatch' AND t.kind = 'rejected' AND NOT t.maybe AND s.accepted_last IS NOT NULL
    ) m
    GROUP BY m.client
    HAVING count(DISTINCT m.key) >= 3
        AND min(m.moment) >= (SELECT max(accepted_last) FROM sessions s WHERE s.client = m.client) - 600
),
wrong AS (
    -- Sessions whose tokens were refused as of another kind, and whether they went on: a client that sends one route the
    -- wrong token loses nothing by it.
    SELECT s.client, t.key, bool_or(t.issued_at < s.issued_last) AS survived
    FROM traces t JOIN sessions s ON s.key = t.key JOIN signs g ON g.cause = t.cause
    WHERE t.kind = 'rejected' AND NOT t.maybe AND g.sign = 1024
    GROUP BY s.client, t.key
),
fatal AS (
    SELECT client FROM wrong GROUP BY client HAVING count(*) >= 10 AND 4 * count(*) FILTER (survived) <= count(*)
),
finals AS (
    -- Grouped by all that tells two requests apart: a line told twice is one request.
    SELECT t.key, t.kind, t.moment, t.issued_at, t.request, t.route,
        -- The word is one for an app client that is gone and for a pool; the sentence names which.
        CASE WHEN g.sign = 64 AND regexp_matches(t.text, '(?i)user ?pool ''?[a-z]{2,4}(-[a-z]+)+-[0-9]_[a-z0-9]+''? (does not exist|(was |is )?not found)') THEN 65536 ELSE g.sign END AS sign,
        max(t.told) AS requests, any_value(t.times) AS times,
        bool_or(t.zombie) AS zombie,
        -- What Cognito said is worth more as evidence than what a resource server saw.
        min(struct_pack(
            rank := CASE WHEN t.kind = 'refused' THEN 0 ELSE 1 END, moment := t.moment, place := f.place, line := t.line, text := t.text
        )) AS evidence
    FROM traces t
    JOIN sessions s ON s.key = t.key
    JOIN signs g ON g.cause = t.cause
    JOIN files f ON f.file = t.file
    LEFT JOIN swapped w ON w.client = s.client AND t.cause = 'client_mismatch'
    LEFT JOIN wrong v ON v.key = t.key AND g.sign = 1024
    LEFT JOIN fatal d ON d.client = s.client AND g.sign = 1024
    WHERE t.kind IN ('rejected', 'refused') AND NOT t.maybe AND CASE
        WHEN w.since IS NOT NULL THEN TRUE
        -- A token that passed once can only expire or be revoked; one that never passed speaks for itself.
        WHEN t.issued_at IS NOT NULL AND g.after_accepted THEN t.issued_at >= coalesce(s.issued_last, 0)
        WHEN t.issued_at IS NOT NULL THEN t.issued_at > coalesce(s.accepted_last, 0)
            -- One that passed at another host, or whose sibling did, ended it where its user signs in again soon.
            OR (g.sign IN (512, 1024) AND v.survived IS NOT TRUE AND t.issued_at >= s.issued_last
                AND s.next_start BETWEEN t.moment - 1 AND t.moment + CASE WHEN d.client IS NULL THEN 3600 ELSE 86400 END)
        ELSE coalesce(t.moment >= s.issued_last, TRUE)
    END
    -- A refused sign-in ends no session.
    AND (t.kind = 'rejected' OR t.refresh IS DISTINCT FROM FALSE)
    GROUP BY 1, 2, 3, 4, 5, 6, 7, t.times
)
SELECT key,
    bit_or(sign) AS signs,
    min(moment) AS failed_first,
    max(moment) AS failed_last,
    min(CASE WHEN sign = 1 THEN moment END) AS said_first,
    -- The guard tells zombies that send what has expired, or nothing.
    bool_or(zombie) OR (max(CASE WHEN sign = 32768 THEN moment END) - min(CASE WHEN sign = 32768 THEN moment END) >= 60) IS TRUE AS zombie,
    sum(CASE WHEN kind = 'rejected' THEN requests ELSE 0 END) AS requests,
    min(route) AS route,
    min(evidence) AS evidence,
    -- The expired token that the API refused, and how often that was by its own count.
    max(CASE WHEN kind = 'rejected' AND sign = 2048 THEN issued_at END) AS expired_token,
    max(CASE WHEN kind = 'rejected' AND sign = 2048 THEN times END) AS counted
FROM finals
GROUP BY key;
