-- Requests of zombies over time by route.
WITH requests AS (
    SELECT CAST(floor(moment / $slot) * $slot AS BIGINT) AS slot, coalesce(route, '') AS route, max(told) AS told
    FROM records
    WHERE zombie AND moment IS NOT NULL
    GROUP BY session, moment, issued_at, request, route, times
)
SELECT slot, route, CAST(sum(told) AS BIGINT) AS requests
FROM requests
GROUP BY slot, route
ORDER BY slot, route;
