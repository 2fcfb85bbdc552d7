-- Whose each record is: the session's that it names, or that one of its user's which its token or request tells, or
-- the one that its user's latest sign-in began.
CREATE OR REPLACE TABLE keyed AS
WITH begun AS (
    SELECT l.own_key,
        coalesce(
            min(CASE WHEN l.kind = 'issued' AND l.refresh IS NOT DISTINCT FROM FALSE THEN m.session END),
            CASE WHEN count(DISTINCT m.session) = 1 THEN min(m.session) END
        ) AS session
    FROM loose l JOIN matched m ON m.id = l.rowid
    GROUP BY l.own_key
),
devices AS (
    SELECT k.user_ref, k.session, min(r.auth_time) AS start
    FROM links k JOIN records r ON r.session = k.session
    GROUP BY k.user_ref, k.session
),
unseen AS (
    -- Tokens that the guard never saw, of whichever of their users' devices.
    SELECT DISTINCT l.rowid AS id
    FROM loose l
    JOIN devices d ON d.user_ref = l.user_ref AND d.start <= l.moment
    LEFT JOIN begun b ON b.own_key = l.own_key
    WHERE l.kind = 'issued' AND l.refresh AND (b.session IS NOT NULL OR l.own_key LIKE 'u:%|')
        AND d.session IS DISTINCT FROM b.session
)
SELECT r.*, coalesce(m.certain, FALSE) AS certain, CASE
        WHEN m.session IS NOT NULL THEN 's:' || m.session
        WHEN u.id IS NULL THEN coalesce('s:' || b.session, l.own_key)
    END AS key
FROM loose l
JOIN records r ON r.rowid = l.record
LEFT JOIN matched m ON m.id = l.rowid
LEFT JOIN begun b ON b.own_key = l.own_key
LEFT JOIN unseen u ON u.id = l.rowid;

CREATE OR REPLACE VIEW traces AS
SELECT *, FALSE AS certain, 's:' || session AS key FROM records WHERE session IS NOT NULL
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
    FROM loose l JOIN matched m ON m.id = l.rowid JOIN named n ON n.session = m.session
    WHERE l.client IS NOT NULL AND n.client IS NOT NULL
    GROUP BY l.client, n.client
    UNION ALL
    SELECT 'pool', l.pool, n.pool, count(*)
    FROM loose l JOIN matched m ON m.id = l.rowid JOIN named n ON n.session = m.session
    WHERE l.pool IS NOT NULL AND n.pool IS NOT NULL
    GROUP BY l.pool, n.pool
)
SELECT what, id, max_by(alias, struct_pack(votes := votes, alias := alias)) AS alias FROM votes GROUP BY what, id;
