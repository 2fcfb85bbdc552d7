-- The lost sessions with what the verdict depends on.
CREATE OR REPLACE TABLE lost AS
WITH walled AS NOT MATERIALIZED (
    SELECT l.*, w.low_s, w.slack_s, CASE
            WHEN w.low_s IS NULL OR l.start IS NULL OR l.lost_at IS NULL THEN 'unknown'
            WHEN l.issued_last - l.start > w.high_s + w.slack_s THEN 'beyond'
            WHEN l.lost_at - l.start < w.low_s - w.slack_s THEN 'before'
            WHEN w.named AND NOT (p.sparse AND l.refused AND (l.signs & ~o.silent) = 0) THEN 'reached'
            ELSE 'around'
        END AS wall
    FROM losses l CROSS JOIN parts p CROSS JOIN settings o
    LEFT JOIN walls w ON w.client = l.client AND w.pool = coalesce(l.pool, '')
        AND (w.since IS NULL OR l.start >= w.since) AND (w.until IS NULL OR l.start < w.until)
),
proven AS (
    -- An age that cannot be named as a validity is one only where sessions are refused at it: people may well sign in
    -- each morning of their own accord.
    SELECT client FROM walled WHERE wall = 'around'
    GROUP BY client
    HAVING 4 * sum(CASE WHEN refused THEN 1 ELSE 0 END) >= sum(CASE WHEN NOT refused AND signs = 0 THEN 1 ELSE 0 END)
),
deleted AS (
    -- What an app client or a pool that is gone took with it.
    SELECT l.key, max(CASE WHEN d.operation = 'DeleteUserPool' THEN 'pool_changed' ELSE 'client_replaced' END) AS event
    FROM losses l JOIN changes d ON d.operation IN ('DeleteUserPool', 'DeleteUserPoolClient')
        AND (d.client = l.client OR (d.client IS NULL AND d.pool = l.pool))
        AND d.moment BETWEEN coalesce(l.issued_last, d.moment) - 60 AND l.lost_at + 60
    WHERE l.ended_by IS NULL
    GROUP BY l.key
),
again AS (
    -- Users with a good token who signed in again, and used it no more.
    SELECT l.key, l.client, floor(l.next_start / 600) AS slot
    FROM losses l
    WHERE l.signs = 0 AND l.ended_by IS NULL AND l.issued_last <= l.next_start
        AND l.next_start < coalesce(l.expires_last, l.issued_last + 3600)
),
signed AS (
    -- Users who signed in again unrefused, and when their last token was over.
    SELECT key, client, next_start, issued_last, coalesce(expires_last, issued_last + 3600) AS over, wall
    FROM walled
    WHERE signs = 0 AND ended_by IS NULL AND issued_last <= next_start
),
outages AS (
    -- Those who signed in again in a stretch, whose token was good when it began (soon), or who came back in it and what
    -- they refreshed to was refused unnamed (late); and those who found their good token refused in it and signed in
    -- within an hour (after).
    SELECT s.key, s.client, s.over, b.*, b.until - b.since AS whole_s,
        CASE WHEN s.next_start > b.until THEN 'after' WHEN s.over < b.since THEN 'late' ELSE 'soon' END AS came
    FROM signed s JOIN barred b ON s.next_start BETWEEN b.since AND b.until + 3000
    WHERE CASE WHEN s.next_start > b.until THEN s.over >= b.since AND s.issued_last <= b.until AND s.wall <> 'reached'
        ELSE s.over >= b.since OR s.wall <> 'reached' END
),
counted AS (
    SELECT o.client, o.cause, o.since, any_value(o.until) AS until, o.came, count(*) AS crowd,
        CASE o.came WHEN 'after' THEN 3000 ELSE any_value(o.whole_s) END AS width_s,
        CASE o.came WHEN 'after' THEN 3000 ELSE 0 END + any_value(o.whole_s) AS soon_s
    FROM outages o
    GROUP BY o.client, o.cause, o.since, o.came
),
crowds AS (
    -- Those who came at once and those who came after make one crowd; where good tokens were lost (good), so were others.
    SELECT c.*, k.good >= w.crowd AS proven
    FROM counted c
    JOIN (
        SELECT client, cause, since, coalesce(sum(CASE WHEN came <> 'late' THEN crowd END), 0) AS good
        FROM counted GROUP BY client, cause, since
    ) k ON k.client = c.client AND k.cause = c.cause AND k.since = c.since
    CROSS JOIN settings w
    WHERE k.good >= w.crowd OR (c.came = 'late' AND c.crowd >= w.crowd)
),
usual AS (
    -- How often users sign in again as soon as that at any other time.
    SELECT c.client, c.cause, c.since, c.came, count(*) / greatest(max(w.last - w.first), 600) * max(c.width_s) AS usual
    FROM crowds c
    JOIN signed s ON s.client = c.client AND s.next_start - s.over < c.soon_s
        AND s.next_start NOT BETWEEN c.since AND c.since + c.soon_s
    CROSS JOIN settings w
    WHERE c.came <> 'late'
    GROUP BY c.client, c.cause, c.since, c.came
    UNION ALL
    -- And how many come back to sign in at that time of another day: many do each morning.
    SELECT client, cause, since, came, max(others)
    FROM (
        SELECT c.client, c.cause, c.since, c.came, d.d, count(*) AS others
        FROM crowds c
        CROSS JOIN (VALUES (-7), (-6), (-5), (-4), (-3), (-2), (-1), (1), (2), (3), (4), (5), (6), (7)) d(d)
        JOIN signed s ON s.client = c.client AND s.wall <> 'reached' AND s.next_start > s.over
            AND s.next_start BETWEEN c.since + d.d * 86400 AND c.until + d.d * 86400
            AND s.next_start NOT BETWEEN c.since AND c.until
        WHERE c.came = 'late'
        GROUP BY c.client, c.cause, c.since, c.came, d.d
    )
    GROUP BY client, cause, since, came
    UNION ALL
    -- A short log has no other day: how many do at any other time.
    SELECT c.client, c.cause, c.since, c.came, count(*) / greatest(max(w.last - w.first), 600) * max(c.width_s)
    FROM crowds c
    JOIN signed s ON s.client = c.client AND s.wall <> 'reached' AND s.next_start > s.over
        AND s.next_start NOT BETWEEN c.since AND c.until + 3000
    CROSS JOIN settings w
    WHERE c.came = 'late' AND w.last - w.first < 2 * 86400
    GROUP BY c.client, c.cause, c.since, c.came
),
sent AS (
    SELECT o.key, o.cause, o.keyless, o.evidence, o.came, o.refusals, c.soon_s, c.crowd, c.proven, coalesce(u.usual, 0) AS usual,
        row_number() OVER (PARTITION BY o.client, o.cause, o.since, o.came ORDER BY o.over DESC, o.key) AS place
    FROM outages o
    JOIN crowds c ON c.client = o.client AND c.cause = o.cause AND c.since = o.since AND c.came = o.came
    LEFT JOIN (SELECT client, cause, since, came, max(usual) AS usual FROM usual GROUP BY ALL) u
        ON u.client = o.client AND u.cause = o.cause AND u.since = o.since AND u.came = o.came
),
out AS (
    SELECT o.key, min(struct_pack(
        event := CASE WHEN o.keyless THEN 'keys_unavailable' WHEN o.cause = 'client_mismatch' THEN 'client_replaced' ELSE 'pool_changed' END, evidence := o.evidence
    )) AS told
    FROM sent o CROSS JOIN settings w
    WHERE o.crowd >= 5 * o.usual AND (o.came = 'soon' OR (
        -- Whoever was sent away was refused, and as many as usual are not put down to it. What is usual shows after more
        -- than a day; for those whose token was good it shows in a time much longer than they had.
        o.refusals >= o.crowd AND o.place <= o.crowd - o.usual
        AND w.last - w.first >= CASE WHEN o.came = 'after' OR o.proven THEN least(12 * o.soon_s, 2 * 86400) ELSE 2 * 86400 END
    ))
    GROUP BY o.key
),
slots AS (
    -- How many within ten minutes, against the most that there are on any other day.
    SELECT client, slot, count(*) AS crowd, max(count(*)) OVER earlier AS before, max(count(*)) OVER later AS after
    FROM again
    GROUP BY client, slot
    WINDOW earlier AS (PARTITION BY client ORDER BY slot RANGE BETWEEN UNBOUNDED PRECEDING AND 72 PRECEDING),
        later AS (PARTITION BY client ORDER BY slot RANGE BETWEEN 72 FOLLOWING AND UNBOUNDED FOLLOWING)
),
together AS (
    -- What they had was taken from them, whatever did it: one signs in again alone, not in a crowd.
    SELECT DISTINCT a.key
    FROM again a JOIN slots s ON s.client = a.client AND a.slot BETWEEN s.slot - 1 AND s.slot + 1 CROSS JOIN settings w
    WHERE s.crowd >= w.crowd AND s.crowd >= 5 * greatest(coalesce(s.before, 0), coalesce(s.after, 0))
        AND w.last - w.first >= 2 * 86400
),
tried AS (
    -- Users whose refreshes the logs show, or would show at the time, for they show their sign-ins; a user that is
    -- missing here may have tried unseen.
    SELECT user_ref, min(r.moment) AS first, max(c.last) AS last, bool_or(refresh) AS refreshed
    FROM records r
    LEFT JOIN (SELECT max(moment) AS last FROM records WHERE source LIKE 'cloudtrail%') c ON r.source LIKE 'cloudtrail%'
    WHERE (refresh OR (kind = 'issued' AND r.source LIKE 'cloudtrail%')) AND user_ref IS NOT NULL AND session IS NULL
    GROUP BY user_ref
),
gone AS (
    SELECT l.key, l.pool, l.client, l.user_ref, l.start, l.issued_last, l.expires_last, l.next_start, l.failed_first,
        l.failed_last, l.said_first,
        l.lost_at, l.low_s, l.slack_s, l.zombie, l.requests, l.route, l.ended_by, l.ended_at, l.ended_who, l.ended_evidence, l.refused,
        coalesce(l.evidence, o.told.evidence) AS evidence,
        l.signs | CASE WHEN l.wall = 'reached' THEN 0 WHEN o.told.event = 'pool_changed' THEN 128 WHEN o.told.event = 'client_replaced' THEN 32768 ELSE 0 END AS signs,
        -- Whoever signs in again with a good token did not lose it to its session's age.
        CASE WHEN m.key IS NOT NULL AND NOT (l.wall = 'reached' AND l.next_start > coalesce(l.expires_last - 300, l.issued_last))
            THEN 'unknown' ELSE l.wall END AS wall,
        coalesce(t.refreshed OR l.lost_at BETWEEN t.first AND t.last, FALSE) AS visible,
        coalesce(d.event, CASE WHEN o.told.event = 'keys_unavailable' THEN 'keys_unavailable' END) AS event,
        -- Nothing but its expired tokens speaks of the end: what ended it is inferred.
        l.ended_by IS NULL AND (l.signs & ~w.undated) = 0 AND l.said_first IS NULL AS silent
    FROM walled l
    CROSS JOIN settings w CROSS JOIN parts p
    LEFT JOIN tried t ON t.user_ref = l.user_ref
    LEFT JOIN deleted d ON d.key = l.key
    LEFT JOIN out o ON o.key = l.key
    LEFT JOIN together m ON m.key = l.key
    -- Where tokens are missing from the log, one that came after the refusal may be among them.
    WHERE (l.refused AND NOT (p.sparse AND l.ended_by IS NULL AND (l.signs & ~w.silent) = 0 AND l.wall <> 'around'))
        OR m.key IS NOT NULL
        OR o.key IS NOT NULL
        -- Who signs out and in again lost nothing; whom an operator signed out did.
        OR (l.ended_by LIKE 'Admin%' AND l.next_start >= l.ended_at)
        -- Front ends refresh up to five minutes before a token expires; where that fails at the wall, users sign in then.
        OR ((l.wall = 'reached' OR (l.wall = 'around' AND l.client IN (SELECT client FROM proven)))
            AND l.signs = 0 AND l.ended_by IS NULL
            AND l.next_start > coalesce(l.expires_last - 300, l.issued_last))
)
-- The feature: alike in all that the verdict depends on.
SELECT *, concat_ws('|', coalesce(client, ''), signs, coalesce(ended_by, ''), refused, visible, coalesce(event, ''), wall) AS feature
FROM gone;

-- How often sessions die silently before the validity, per second of their lives. Who came back after a long absence
-- may have died so too, unseen: as many as that rate makes likely are not put down to the validity.
UPDATE lost SET wall = 'idle', feature = left(feature, -length(wall)) || 'idle'
FROM (
    WITH lives AS (
        -- How long the sessions of each app client were exposed to other causes.
        SELECT coalesce(s.pool, '') AS pool, s.client, sum(least(s.issued_last - s.start, w.low_s)) AS lived_s
        FROM sessions s
        JOIN walls w ON w.client = s.client AND w.pool = coalesce(s.pool, '')
            AND (w.since IS NULL OR s.start >= w.since) AND (w.until IS NULL OR s.start < w.until)
        WHERE s.issued_last IS NOT NULL
        GROUP BY coalesce(s.pool, ''), s.client
    ),
    deaths AS (
        -- And for how long before the validity those that died silently were out of sight.
        SELECT key, coalesce(pool, '') AS pool, client, wall, refused,
            greatest(least(lost_at - start, low_s) - (issued_last - start), 0.0) AS unseen_s
        FROM lost
        WHERE silent AND wall IN ('before', 'reached', 'around') AND low_s IS NOT NULL AND issued_last IS NOT NULL
    ),
    rates AS (
        SELECT d.pool, d.client, sum(CASE WHEN d.wall = 'before' AND d.refused THEN 1.0 ELSE 0.0 END)
            -- Early deaths show only where they are refused: so do a part of those at the validity.
            * sum(CASE WHEN d.wall <> 'before' THEN 1.0 ELSE 0.0 END)
            / greatest(sum(CASE WHEN d.wall <> 'before' AND d.refused THEN 1.0 ELSE 0.0 END), 1.0)
            / greatest(max(l.lived_s) + sum(CASE WHEN d.wall = 'before' THEN d.unseen_s / 2 ELSE 0.0 END), 1.0) AS rate
        FROM deaths d JOIN lives l ON l.client = d.client AND l.pool = d.pool
        GROUP BY d.pool, d.client
    ),
    doubts AS (
        SELECT d.pool, d.client, round(sum(1 - exp(-r.rate * d.unseen_s))) AS doubtful
        FROM deaths d JOIN rates r ON r.client = d.client AND r.pool = d.pool
        WHERE d.wall <> 'before'
        GROUP BY d.pool, d.client
        HAVING doubtful >= 1
    )
    SELECT d.key, o.doubtful, row_number() OVER (PARTITION BY d.pool, d.client ORDER BY d.unseen_s DESC, d.key) AS place
    FROM deaths d JOIN doubts o ON o.client = d.client AND o.pool = d.pool
    WHERE d.wall <> 'before'
) r
WHERE r.key = lost.key AND r.place <= r.doubtful;
