-- Lost sessions by their age, in slots that fit each app client.
WITH aged AS (
    SELECT client, lost_at - start AS age FROM lost
    WHERE client IS NOT NULL AND start IS NOT NULL AND lost_at > start
),
reach AS (
    -- One who came back after a very long time must not squeeze the rest into one slot.
    SELECT a.client, least(max(a.age), coalesce(max(w.high_s) * 1.5, max(a.age))) / $slots AS width
    FROM aged a LEFT JOIN walls w ON w.client = a.client
    GROUP BY a.client
)
SELECT a.client, least(floor(a.age / r.width), $slots - 1) * r.width AS slot, r.width, count(*) AS sessions
FROM aged a JOIN reach r ON r.client = a.client
GROUP BY ALL
ORDER BY ALL;
