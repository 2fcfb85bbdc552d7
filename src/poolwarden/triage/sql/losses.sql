-- One row a session that may be lost: refused after its last token, ended on purpose, or followed by a new sign-in.
CREATE OR REPLACE TABLE purposes AS
SELECT r.operation, r.session, r.user_ref, coalesce(a.alias, r.client) AS client, r.moment, max(r.actor) AS actor,
    min(struct_pack(rank := 0, moment := r.moment, place := f.place, line := r.line,
        text := r.text || coalesce(' by ' || r.actor, ''))) AS evidence
FROM records r
JOIN files f ON f.file = r.file
LEFT JOIN aliases a ON a.what = 'client' AND a.id = r.client
WHERE r.kind = 'ended' AND r.moment IS NOT NULL AND NOT r.maybe
GROUP BY r.operation, r.session, r.user_ref, coalesce(a.alias, r.client), r.moment;

CREATE OR REPLACE TABLE candidates AS
SELECT s.key, s.user_ref, s.client, s.start, s.issued_last, coalesce(e.failed_first, s.next_start) AS until
FROM sessions s LEFT JOIN ends e ON e.key = s.key
WHERE e.key IS NOT NULL OR s.next_start IS NOT NULL;

CREATE OR REPLACE TABLE ended AS
WITH matches AS (
    SELECT c.key, p.operation, p.moment, p.actor, p.evidence
    FROM candidates c JOIN purposes p ON 's:' || p.session = c.key
    WHERE p.moment >= coalesce(c.issued_last, p.moment) - 60
    UNION ALL
    SELECT c.key, p.operation, p.moment, p.actor, p.evidence
    FROM candidates c JOIN purposes p ON p.user_ref = c.user_ref AND (p.client IS NULL OR p.client = c.client)
    WHERE p.session IS NULL AND p.moment >= coalesce(c.issued_last, p.moment) - 60 AND p.moment <= coalesce(c.until, p.moment) + 60
        AND p.moment >= coalesce(c.start, p.moment)
),
elsewhere AS (
    -- Where a log knows only users, the refusal may be of a session on another of their devices, which began earlier.
    SELECT c.key, p.operation, p.moment, p.actor, p.evidence
    FROM candidates c
    JOIN ends e ON e.key = c.key AND (e.signs & 2) <> 0
    JOIN purposes p ON p.user_ref = c.user_ref AND (p.client IS NULL OR p.client = c.client)
    WHERE p.session IS NULL AND p.moment < c.start AND NOT EXISTS (SELECT 1 FROM matches m WHERE m.key = c.key)
)
SELECT key, min(struct_pack(moment := moment, operation := operation, actor := actor, evidence := evidence)) AS purpose
FROM matches
GROUP BY key
UNION ALL
SELECT key, max(struct_pack(moment := moment, operation := operation, actor := actor, evidence := evidence))
FROM elsewhere
GROUP BY key;

CREATE OR REPLACE TABLE losses AS
WITH machines AS (
    -- App clients none of whose sessions was ever refreshed, and so few that a token within seconds is no coincidence.
    SELECT client FROM sessions GROUP BY client
    HAVING count(*) > 2 AND max(issued_last - start) < 60
        AND count(*) * 6 < 0.2 * (max(start) - min(start))
),
renewed AS (
    -- No user is told, yet the next token came within seconds of the refusal.
    SELECT DISTINCT e.key
    FROM ends e CROSS JOIN settings w JOIN sessions s ON s.key = e.key JOIN machines m ON m.client = s.client
    JOIN sessions n ON n.client = s.client AND n.start BETWEEN e.failed_first - 1 AND e.failed_first + w.machine
    WHERE s.user_ref IS NULL
)
SELECT s.key, s.pool, s.client, s.user_ref, s.start, s.issued_last, s.expires_last, s.access_s, s.next_start,
    coalesce(e.signs, 0) AS signs, e.failed_first, e.failed_last, e.said_first, coalesce(e.zombie, FALSE) AS zombie,
    coalesce(e.requests, 0) AS requests, e.route, coalesce(e.evidence, d.purpose.evidence) AS evidence,
    d.purpose.operation AS ended_by, d.purpose.actor AS ended_who, d.purpose.moment AS ended_at, d.purpose.evidence AS ended_evidence,
    coalesce(e.signs & w.ending, 0) <> 0 OR (
        coalesce(w.last - e.failed_first >= w.gap, FALSE)
        -- Nobody signs in within seconds: a machine fetched its next token, or a browser went through without a question.
        AND NOT coalesce(s.next_start - e.failed_first BETWEEN -1 AND w.machine AND s.issued_last - s.start < 60, FALSE)
        AND n.key IS NULL
    ) AS refused,
    coalesce(e.failed_first, s.next_start) AS lost_at,
    -- What the guard should have told before: that the token passed, and its first refusals.
    CASE WHEN e.expired_token >= w.first THEN e.expired_token > coalesce(s.accepted_last, 0) END AS unseen,
    CASE WHEN e.expired_token >= w.first AND e.counted > 1 THEN 2 * e.requests <= e.counted END AS uncounted
FROM sessions s
CROSS JOIN settings w
LEFT JOIN ends e ON e.key = s.key
LEFT JOIN ended d ON d.key = s.key
LEFT JOIN renewed n ON n.key = s.key
WHERE e.key IS NOT NULL OR s.next_start IS NOT NULL;
