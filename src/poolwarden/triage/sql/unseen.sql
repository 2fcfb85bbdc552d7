-- Of users whose refreshes CloudTrail shows, it shows the refused ones too: whoever signs in again without one gave the
-- session up, or has it still on another device.
DELETE FROM lost
WHERE visible AND NOT refused AND signs = 0 AND ended_by IS NULL AND event IS NULL AND EXISTS (
    SELECT 1 FROM records r JOIN signs g ON g.cause = r.cause
    WHERE r.kind = 'refused' AND NOT r.maybe AND g.sign = 1 AND r.source LIKE 'cloudtrail%'
);
