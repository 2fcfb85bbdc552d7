-- The tokens that other logs may tell of: issued in the same second, or in the same request.
INSERT INTO tokens
WITH seconds AS (
    SELECT DISTINCT CAST(floor(l.moment) AS BIGINT) + d.d AS second
    FROM loose l CROSS JOIN (VALUES (-1), (0), (1), (2)) d(d)
    WHERE l.kind = 'issued' AND l.own_key LIKE 'u:%' AND l.moment IS NOT NULL
),
requests AS (
    SELECT DISTINCT request FROM loose WHERE request IS NOT NULL
),
told AS (
    SELECT session_ref AS session, issued_at, auth_time, coalesce(request_id, aws_request_id) AS request, epoch_ms("timestamp") AS ms
    FROM read_json($files, format = 'newline_delimited', hive_partitioning = FALSE, ignore_errors = TRUE, maximum_object_size = 4194304, columns = {
        event: 'VARCHAR', "timestamp": 'TIMESTAMP', session_ref: 'VARCHAR', request_id: 'VARCHAR', aws_request_id: 'VARCHAR',
        issued_at: 'BIGINT', auth_time: 'BIGINT'
    })
    WHERE event LIKE 'poolwarden.%' AND session_ref IS NOT NULL
)
SELECT DISTINCT t.session, t.issued_at, t.auth_time, r.request
FROM told t
LEFT JOIN seconds s ON s.second = t.issued_at
LEFT JOIN requests r ON r.request = t.request
WHERE (t.ms IS NULL OR (t.ms >= $since AND t.ms < $until)) AND (s.second IS NOT NULL OR r.request IS NOT NULL)
    AND t.session IN (SELECT session FROM records WHERE session IS NOT NULL);
