-- Those that were ended together.
UPDATE lost SET event = 'revoked_by_operator', feature = lost.feature || '|together'
FROM together t WHERE t.key = lost.key;
