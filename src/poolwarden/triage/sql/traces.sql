-- Two logs may name one session in two ways: the guard by its reference, CloudTrail by its user. A token of the guard
-- was issued in the very second that CloudTrail tells. Two such seconds, or the sign-in's own, make them one; and
-- only where each is the other's best match.
CREATE OR REPLACE TABLE links AS
WITH theirs AS (
    SELECT DISTINCT own_key, CAST(floor(moment) AS BIGINT) AS issued_at, refresh IS NOT DISTINCT FROM FALSE AS sign_in
    FROM loose
    WHERE kind = 'issued' AND own_key LIKE 'u:%' AND moment IS NOT NULL
),
ours AS (
    SELECT DISTINCT session, issued_at, auth_time
    FROM (SELECT session, issued_at, auth_time FROM records UNION ALL SELECT session, issued_at, auth_time FROM tokens)
    WHERE session IS NOT NULL AND issued_at IS NOT NULL AND EXISTS (SELECT 1 FROM theirs)
),
pairs AS (
    SELECT o.session, t.own_key, count(DISTINCT o.issued_at)
        + max(CASE WHEN t.sign_in AND abs(o.auth_time - t.issued_at) <= 2 THEN 1 ELSE 0 END) AS matches
    FROM theirs t CROSS JOIN (VALUES (-1), (0), (1), (2)) d(d) JOIN ours o ON o.issued_at = t.issued_at + d.d
    GROUP BY o.session, t.own_key
),
ranked AS (
    SELECT session, own_key, matches,
        rank() OVER (PARTITION BY session ORDER BY matches DESC) AS of_session,
        rank() OVER (PARTITION BY own_key ORDER BY matches DESC) AS of_key,
        count(*) OVER (PARTITION BY session, matches) AS rivals,
        count(*) OVER (PARTITION BY own_key, matches) AS own_rivals
    FROM pairs
),
by_time AS (
    SELECT own_key, session FROM ranked
    WHERE matches >= 2 AND of_session = 1 AND of_key = 1 AND rivals = 1 AND own_rivals = 1
),
by_request AS (
    -- The same request's id in two logs is the same call.
    SELECT l.own_key, min(r.session) AS session
    FROM loose l
    JOIN (SELECT session, request FROM records UNION ALL SELECT session, request FROM tokens) r
        ON r.request = l.request AND r.session IS NOT NULL
    WHERE l.own_key LIKE 'u:%'
    GROUP BY l.own_key
    HAVING count(DISTINCT r.session) = 1
)
SELECT own_key, min(session) AS session FROM (SELECT * FROM by_time UNION ALL SELECT * FROM by_request) GROUP BY own_key;

CREATE OR REPLACE TABLE keyed AS
SELECT l.* EXCLUDE (own_key), coalesce('s:' || k.session, l.own_key) AS key
FROM loose l LEFT JOIN links k ON k.own_key = l.own_key;

CREATE OR REPLACE VIEW traces AS
SELECT *, 's:' || session AS key FROM records WHERE session IS NOT NULL
UNION ALL
SELECT * FROM keyed WHERE key IS NOT NULL AND kind IN ('issued', 'rejected', 'refused');

-- The guard's names of pools and app clients for the ids that other logs tell.
CREATE OR REPLACE TABLE aliases AS
WITH named AS (
    SELECT r.session, max(r.client) AS client, max(r.pool) AS pool
    FROM records r JOIN links k ON k.session = r.session
    WHERE r.session IS NOT NULL
    GROUP BY r.session
),
votes AS (
    SELECT 'client' AS what, l.client AS id, n.client AS alias, count(*) AS votes
    FROM loose l JOIN links k ON k.own_key = l.own_key JOIN named n ON n.session = k.session
    WHERE l.client IS NOT NULL AND n.client IS NOT NULL
    GROUP BY l.client, n.client
    UNION ALL
    SELECT 'pool', l.pool, n.pool, count(*)
    FROM loose l JOIN links k ON k.own_key = l.own_key JOIN named n ON n.session = k.session
    WHERE l.pool IS NOT NULL AND n.pool IS NOT NULL
    GROUP BY l.pool, n.pool
)
SELECT what, id, max_by(alias, struct_pack(votes := votes, alias := alias)) AS alias FROM votes GROUP BY what, id;
