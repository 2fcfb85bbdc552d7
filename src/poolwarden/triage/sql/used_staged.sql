-- The same of the sessions whose events were grouped.
INSERT INTO used
SELECT 's:' || session_ref, hours, halves FROM grouped WHERE kind = 0 AND session_ref IS NOT NULL AND hours IS NOT NULL;
