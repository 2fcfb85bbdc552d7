-- Of users whose refreshes CloudTrail shows, it shows the refused ones too: whoever signs in again without one gave the
-- session up, or has it still on another device. Unless that log has a gap there: it shows that sign-in, or somebody's
-- calls in the ten minutes before and after.
DELETE FROM lost
WHERE visible AND NOT refused AND signs = 0 AND ended_by IS NULL AND event IS NULL AND EXISTS (
    SELECT 1 FROM records r JOIN signs g ON g.cause = r.cause
    WHERE r.kind = 'refused' AND NOT r.maybe AND g.sign = 1 AND r.source LIKE 'cloudtrail%'
) AND (
    EXISTS (
        SELECT 1 FROM records c
        WHERE c.source LIKE 'cloudtrail%' AND c.user_ref = lost.user_ref AND abs(c.moment - lost.next_start) <= 5
    )
    OR 3 = (
        SELECT count(DISTINCT c.slot)
        FROM (SELECT DISTINCT floor(moment / 600) AS slot FROM records WHERE source LIKE 'cloudtrail%') c
        CROSS JOIN (VALUES (-1), (0), (1)) d(d)
        WHERE c.slot = floor(lost.next_start / 600) + d.d
    )
);
