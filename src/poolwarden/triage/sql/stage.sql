-- The guard's events straight from their files: one row for the tokens of a session that were seen, one for each refused
-- token, cause and quarter of a day. Repeats are a running total, so their maximum counts; what has no session, and
-- what is rare, stands for itself. What lies outside the time asked for is only counted, and so are lines that cannot be
-- read (7), events of other programs (8), and what the reader takes of files that hold other lines too (10).
CREATE OR REPLACE TABLE grouped AS
WITH told AS (
    SELECT *, epoch_ms("timestamp") AS ms
    FROM read_json($files, format = 'newline_delimited', hive_partitioning = FALSE, ignore_errors = TRUE, maximum_object_size = 4194304, filename = TRUE, columns = {
        event: 'VARCHAR', "timestamp": 'TIMESTAMP', pool: 'VARCHAR', client: 'VARCHAR', cause: 'VARCHAR',
        session_ref: 'VARCHAR', user_ref: 'VARCHAR', request_id: 'VARCHAR', route: 'VARCHAR',
        auth_time: 'BIGINT', issued_at: 'BIGINT', expires_at: 'BIGINT', repeats: 'BIGINT', zombie: 'BOOLEAN',
        operation: 'VARCHAR', error: 'VARCHAR', message: 'VARCHAR', aws_request_id: 'VARCHAR', burst: 'BIGINT',
        clients: 'VARCHAR[]', refresh_validity_s: 'BIGINT[]'
    })
),
events AS (
    SELECT *, CASE WHEN ms < $since OR ms >= $until THEN 9 ELSE CASE event
            WHEN 'poolwarden.token_seen' THEN 0
            WHEN 'poolwarden.request_rejected' THEN 1
            WHEN 'poolwarden.cognito_refused' THEN 2
            WHEN 'poolwarden.keys_failed' THEN 3
            WHEN 'poolwarden.keys_fetched' THEN 4
            WHEN 'poolwarden.started' THEN 5
            WHEN 'poolwarden.session_ending' THEN 6
            ELSE CASE
                WHEN event LIKE 'poolwarden.%' THEN 6
                WHEN list_contains($partly, filename) THEN 10
                WHEN event IS NULL THEN 7
                ELSE 8
            END
        END END AS kind
    FROM told
)
SELECT * REPLACE (CASE WHEN session_ref IS NULL AND kind < 7 THEN nullif(split_part(cause, '|', 1), '') ELSE cause END AS cause)
FROM (
    SELECT
        session_ref, kind,
        -- What has no session is told apart by its pool and app client, of which a session has one each.
        CASE
            WHEN kind > 6 THEN CASE WHEN kind < 9 THEN filename END
            WHEN session_ref IS NULL THEN concat_ws('|', coalesce(cause, ''), coalesce(pool, ''), coalesce(client, ''))
            WHEN kind > 0 THEN cause
        END AS cause,
        CASE WHEN kind = 1 THEN issued_at END AS token,
        CASE WHEN kind = 1 AND session_ref IS NOT NULL THEN ms // 21600000 WHEN kind < 6 AND (kind > 0 OR session_ref IS NULL) THEN ms END AS part,
        any_value(pool) AS pool, any_value(client) AS client, any_value(user_ref) AS user_ref,
        -- When tokens were issued, one bit for an hour or half a day, the same one again after 64 of them.
        bit_or(CAST(1 AS UBIGINT) << ((issued_at // 3600) & 63)) AS hours,
        bit_or(CAST(1 AS UBIGINT) << ((issued_at // 43200) & 63)) AS halves,
        min(ms) AS first, max(ms) AS last, min(auth_time) AS auth_time, max(issued_at) AS issued_at, max(expires_at) AS expires_at,
        min(repeats) AS repeats_first, max(repeats) AS repeats, bool_or(zombie) AS zombie,
        -- The route, or what only rare events tell, as text: a minimum of text costs a fraction of one of structs.
        min(CASE WHEN kind = 1 THEN route WHEN kind IN (2, 5) THEN CAST(to_json(struct_pack(
            operation := operation, error := error, message := message, burst := burst,
            request := coalesce(request_id, aws_request_id), clients := clients, validities := refresh_validity_s
        )) AS VARCHAR) END) AS said,
        count(*) AS lines
    FROM events
    GROUP BY 1, 2, 3, 4, 5
);
