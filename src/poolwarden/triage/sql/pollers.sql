-- What zombies do: how many, how many requests, how far apart, and most often where.
WITH zombies AS (
    SELECT coalesce(client, '') AS client, route, requests,
        (failed_last - failed_first) / greatest(requests - 1, 1) AS interval_s
    FROM lost WHERE zombie
),
routes AS (
    SELECT client, max_by(route, struct_pack(requests := requests, route := route)) AS route
    FROM (SELECT client, route, sum(requests) AS requests FROM zombies WHERE route IS NOT NULL GROUP BY client, route)
    GROUP BY client
)
SELECT z.client, count(*) AS sessions, CAST(sum(z.requests) AS BIGINT) AS requests, median(z.interval_s) AS interval_s,
    max(r.route) AS route
FROM zombies z LEFT JOIN routes r ON r.client = z.client
GROUP BY z.client
ORDER BY sessions DESC, z.client;
