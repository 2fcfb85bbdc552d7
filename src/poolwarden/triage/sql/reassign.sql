-- A refused refresh of a user is of the session that it fits, which need not be the one that began last.
UPDATE keyed SET key = m.key
FROM moved m
WHERE keyed.user_ref = m.user_ref AND coalesce(keyed.client, '') = m.client AND keyed.moment = m.moment
    AND keyed.key = m.before AND keyed.kind = 'refused' AND NOT keyed.certain;
