-- Lost sessions by their age, in slots that fit each app client.
WITH aged AS (
    SELECT client, lost_at - start AS age FROM lost
    WHERE client IS NOT NULL AND start IS NOT NULL AND lost_at > start
),
reach AS (
    -- One who came back after a very long time must not squeeze the rest into one slot; but most have their place.
    SELECT a.client, max(w.high_s) AS wall, least(
        max(a.age), coalesce(greatest(wall * 1.5, least(quantile_cont(a.age, 0.9), wall * 3)), max(a.age))
    ) AS age
    FROM aged a LEFT JOIN walls w ON w.client = a.client
    GROUP BY a.client
),
slots AS (
    -- The wall stands between two slots, never within one.
    SELECT client, coalesce(wall / greatest(floor($slots * wall / age), 1), age / $slots) AS width FROM reach
)
SELECT a.client, least(floor(a.age / r.width), $slots - 1) * r.width AS slot, r.width, count(*) AS sessions
FROM aged a JOIN slots r ON r.client = a.client
GROUP BY ALL
ORDER BY ALL;
