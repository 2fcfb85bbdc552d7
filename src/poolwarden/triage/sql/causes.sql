-- How many requests or calls each cause refused, as far as the logs count them.
WITH refusals AS (
    SELECT cause, max(told) AS requests
    FROM records
    WHERE cause IS NOT NULL AND kind IN ('rejected', 'refused') AND NOT maybe
    GROUP BY cause, kind, session, user_ref, client, moment, issued_at, request, route, times, operation, CASE WHEN moment IS NULL THEN line END
)
SELECT cause, CAST(sum(requests) AS BIGINT) AS requests
FROM refusals
GROUP BY cause
ORDER BY requests DESC, cause;
