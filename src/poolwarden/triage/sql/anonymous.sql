-- Refreshes that Cognito refused for nobody in particular: one line of text, no user, no session.
CREATE OR REPLACE TEMP VIEW anonymous AS
SELECT r.client, CASE WHEN g.sign = 64 AND regexp_matches(r.text, '(?i)user ?pool ''?[a-z]{2,4}(-[a-z]+)+-[0-9]_[a-z0-9]+''? (does not exist|(was |is )?not found)') THEN 65536 ELSE g.sign END AS sign, r.moment, r.request, r.file, r.line, r.text,
    r.source LIKE 'cloudtrail%' OR r.source LIKE 'poolwarden%' AS fixed
FROM records r
JOIN signs g ON g.cause = r.cause
CROSS JOIN settings w
WHERE r.session IS NULL AND r.user_ref IS NULL AND r.kind = 'refused' AND NOT r.maybe
    AND r.refresh IS DISTINCT FROM FALSE AND (g.sign & w.ending) <> 0;
