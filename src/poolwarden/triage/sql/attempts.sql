-- Where the logs tell why nearly all were refused that reached the validity, they would tell it of the others: whose
-- refusal they do not tell made no attempt. The same where they show nearly everybody's calls.
UPDATE lost SET visible = TRUE, feature = concat_ws('|', feature, 'visible')
WHERE NOT visible AND refused AND silent AND event IS NULL AND wall IN ('before', 'unknown') AND client IN (
    SELECT client FROM lost CROSS JOIN (SELECT ending FROM settings) w
    WHERE refused AND event IS NULL AND ended_by IS NULL
    GROUP BY client
    HAVING (count(*) FILTER (wall = 'reached') >= 20
            AND count(*) FILTER (wall = 'reached' AND (signs & w.ending) <> 0) >= 0.95 * count(*) FILTER (wall = 'reached'))
        OR (count(*) FILTER (silent) >= 20
            AND count(*) FILTER (silent AND visible) >= 0.95 * count(*) FILTER (silent))
) AND NOT EXISTS (
    -- Unless one is seen whose refusal says nothing, or that log has a gap there.
    SELECT 1 FROM traces t
    WHERE t.key = lost.key AND t.kind = 'refused' AND t.refresh IS DISTINCT FROM FALSE AND t.moment >= lost.issued_last
) AND NOT EXISTS (
    SELECT 1 FROM lost o CROSS JOIN settings w
    WHERE o.client = lost.client AND o.wall = 'reached' AND o.refused AND o.ended_by IS NULL AND o.event IS NULL
        AND (o.signs & w.ending) = 0 AND o.lost_at BETWEEN lost.lost_at - 3600 AND lost.lost_at + 3600
);
