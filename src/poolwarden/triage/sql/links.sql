-- Two logs may name one user's sessions in two ways: the guard by their references, CloudTrail by the user. A token of
-- the guard was issued in the very second that CloudTrail tells: two such seconds, or the sign-in's own, tell whose
-- session it is, where nobody else's tell as much.
CREATE OR REPLACE TABLE links AS
WITH theirs AS (
    SELECT DISTINCT user_ref, own_key, CAST(floor(moment) AS BIGINT) AS issued_at, refresh IS NOT DISTINCT FROM FALSE AS sign_in
    FROM loose
    WHERE kind = 'issued' AND own_key LIKE 'u:%' AND moment IS NOT NULL
        AND (EXISTS (SELECT 1 FROM records WHERE session IS NOT NULL) OR EXISTS (SELECT 1 FROM tokens))
),
ours AS (
    SELECT DISTINCT session, issued_at, auth_time
    FROM (SELECT session, issued_at, auth_time FROM records UNION ALL SELECT session, issued_at, auth_time FROM tokens)
    WHERE session IS NOT NULL AND issued_at IS NOT NULL AND EXISTS (SELECT 1 FROM theirs)
),
pairs AS (
    SELECT o.session, t.user_ref, t.own_key, count(DISTINCT o.issued_at) AS seconds,
        max(CASE WHEN t.sign_in AND abs(o.auth_time - t.issued_at) <= 2 THEN 1 ELSE 0 END) AS begun
    FROM theirs t CROSS JOIN (VALUES (-1), (0), (1), (2)) d(d) JOIN ours o ON o.issued_at = t.issued_at + d.d
    GROUP BY o.session, t.user_ref, t.own_key
),
begun AS (
    -- One sign-in begins one session.
    SELECT own_key, min(session) AS session FROM pairs WHERE begun = 1 GROUP BY own_key HAVING count(*) = 1
),
users AS (
    SELECT p.session, p.user_ref, sum(p.seconds) + max(p.begun) AS matches,
        sum(p.seconds) > 1 OR bool_or(b.session IS NOT NULL) AS sure
    FROM pairs p LEFT JOIN begun b ON b.own_key = p.own_key AND b.session = p.session
    GROUP BY p.session, p.user_ref
),
ranked AS (
    SELECT *, rank() OVER (PARTITION BY session ORDER BY matches DESC) AS place,
        count(*) OVER (PARTITION BY session, matches) AS rivals
    FROM users
),
by_request AS (
    -- The same request's id in two logs is the same call.
    SELECT r.session, min(l.user_ref) AS user_ref
    FROM loose l
    JOIN (SELECT session, request FROM records UNION ALL SELECT session, request FROM tokens) r
        ON r.request = l.request AND r.session IS NOT NULL
    WHERE l.own_key LIKE 'u:%'
    GROUP BY r.session
    HAVING count(DISTINCT l.user_ref) = 1
),
by_time AS (
    SELECT session, user_ref FROM ranked WHERE matches >= 2 AND sure AND place = 1 AND rivals = 1
),
found AS (
    SELECT * FROM by_request
    UNION ALL
    SELECT * FROM by_time WHERE session NOT IN (SELECT session FROM by_request)
),
-- Whoever the guard names is one user in the other logs too: that tells whose their other sessions are.
persons AS (
    SELECT DISTINCT session, user_ref AS person FROM records
    WHERE session IS NOT NULL AND user_ref IS NOT NULL AND EXISTS (SELECT 1 FROM found)
),
known AS (
    SELECT p.person, min(f.user_ref) AS user_ref
    FROM found f JOIN persons p ON p.session = f.session
    GROUP BY p.person
    HAVING count(DISTINCT f.user_ref) = 1
)
SELECT session, user_ref FROM found
UNION ALL
SELECT p.session, k.user_ref
FROM persons p JOIN known k ON k.person = p.person
WHERE p.session NOT IN (SELECT session FROM found);

-- What each of the other logs' records is about, where a token or a request tells.
CREATE OR REPLACE TABLE matched AS
WITH owned AS (
    SELECT DISTINCT k.user_ref, o.session, o.second
    FROM links k JOIN (
        SELECT session, issued_at AS second FROM records
        UNION ALL SELECT session, auth_time FROM records
        UNION ALL SELECT session, issued_at FROM tokens
        UNION ALL SELECT session, auth_time FROM tokens
    ) o ON o.session = k.session
    WHERE o.second IS NOT NULL
),
by_token AS (
    SELECT l.rowid AS id, min(struct_pack(off := abs(d.d), session := o.session)).session AS session
    FROM loose l CROSS JOIN (VALUES (-1), (0), (1), (2)) d(d)
    JOIN owned o ON o.user_ref = l.user_ref AND o.second = CAST(floor(l.moment) AS BIGINT) + d.d
    WHERE l.kind = 'issued' AND l.own_key LIKE 'u:%'
    GROUP BY l.rowid
),
by_request AS (
    SELECT l.rowid AS id, min(r.session) AS session
    FROM loose l JOIN (SELECT session, request FROM records UNION ALL SELECT session, request FROM tokens) r
        ON r.request = l.request AND r.session IS NOT NULL
    WHERE l.own_key LIKE 'u:%'
    GROUP BY l.rowid
    HAVING count(DISTINCT r.session) = 1
)
SELECT coalesce(r.id, t.id) AS id, coalesce(r.session, t.session) AS session, r.id IS NOT NULL AS certain
FROM by_request r FULL JOIN by_token t ON t.id = r.id;
