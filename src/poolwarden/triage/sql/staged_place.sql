-- Which line a group's first or last one is: by its session, its time and its event.
SELECT session_ref, CASE WHEN $latest THEN last ELSE first END,
    ['token_seen', 'request_rejected', 'cognito_refused', 'keys_failed', 'keys_fetched', 'started'][kind + 1]
FROM staged WHERE id = $id;
