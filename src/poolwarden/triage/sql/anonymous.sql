-- Refreshes that Cognito refused for nobody in particular: one line of text, no user, no session.
SELECT r.client, g.sign, r.moment,
    min(struct_pack(rank := 0, moment := r.moment, place := f.place, line := r.line, text := r.text)) AS evidence
FROM records r
JOIN signs g ON g.cause = r.cause
JOIN files f ON f.file = r.file
CROSS JOIN settings w
WHERE r.session IS NULL AND r.user_ref IS NULL AND r.kind = 'refused' AND NOT r.maybe
    AND r.refresh IS DISTINCT FROM FALSE AND (g.sign & w.ending) <> 0
GROUP BY r.client, g.sign, r.moment, r.request, CASE WHEN r.moment IS NULL THEN r.line END
ORDER BY r.client, g.sign, r.moment;
