-- Records that say of each group of refusals, and of what is rare, what its lines said together: the first and the
-- last of them. The tokens that were seen stay grouped.
CREATE OR REPLACE TABLE staged AS
SELECT *, row_number() OVER (ORDER BY kind, first, session_ref, cause, token, part, pool, client) AS id, CASE WHEN kind = 1 THEN said END AS route,
    from_json(CASE WHEN kind > 1 THEN said END, '{"operation": "VARCHAR", "error": "VARCHAR", "message": "VARCHAR",
        "burst": "BIGINT", "request": "VARCHAR", "clients": ["VARCHAR"], "validities": ["BIGINT"]}') AS told
FROM grouped
WHERE kind BETWEEN 1 AND 5;

INSERT INTO records BY NAME
WITH moments AS (
    SELECT *, last AS ms, TRUE AS latest FROM staged
    UNION ALL
    SELECT *, first AS ms, FALSE AS latest FROM staged WHERE first < last
)
SELECT ['issued', 'rejected', 'refused', 'keys', 'keys', 'started'][m.kind + 1] AS kind, f.file,
    -- The line is found once it is known which of them are shown.
    -(2 * m.id + CASE WHEN m.latest THEN 1 ELSE 0 END) AS line,
    m.ms / 1000 AS moment,
    CASE WHEN m.kind = 3 THEN coalesce(m.cause, 'keys_unavailable') ELSE m.cause END AS cause, FALSE AS maybe,
    m.told.operation AS operation, m.pool, m.client, m.session_ref AS session, m.user_ref, m.told.request AS request, m.auth_time,
    m.issued_at, m.expires_at,
    CASE WHEN m.kind = 2 THEN coalesce(m.told.burst, 1) ELSE coalesce(m.repeats, 1) END AS times,
    coalesce(m.zombie, FALSE) AS zombie,
    CASE WHEN m.kind = 2 THEN m.told.operation = 'GetTokensFromRefreshToken' OR r.refresh END AS refresh,
    m.route,
    CASE WHEN m.kind = 5 THEN to_json(map(m.told.clients, m.told.validities)) END AS detail,
    concat_ws(' ',
        ['poolwarden.token_seen', 'poolwarden.request_rejected', 'poolwarden.cognito_refused', 'poolwarden.keys_failed',
         'poolwarden.keys_fetched', 'poolwarden.started'][m.kind + 1],
        'cause=' || m.cause, 'client=' || m.client, m.route, m.told.operation, m.told.error || ': ' || m.told.message
    )[:300] AS text,
    'poolwarden' AS source,
    -- Repeats are told at powers of two: from the one before the first that is told to the last.
    CASE
        WHEN NOT m.latest THEN 0
        WHEN m.kind = 2 THEN coalesce(m.told.burst, 1)
        WHEN m.kind = 1 THEN coalesce(m.repeats - m.repeats_first // 2, 1)
        ELSE 1
    END AS told
FROM moments m CROSS JOIN staged_file f LEFT JOIN refreshes r ON r.cause = m.cause;
