-- Read the times of logs whose clock is in another zone.
UPDATE records SET moment = records.moment - c.ahead_s
FROM clocks c JOIN logs f ON f.kind = c.kind
WHERE f.file = records.file AND records.source NOT LIKE 'cloudtrail%' AND records.source NOT LIKE 'poolwarden%'
    AND (c.since IS NULL OR records.moment >= c.since) AND (c.until IS NULL OR records.moment < c.until);
