-- Whether other logs tell of anything that tokens of the guard's may be found by.
SELECT EXISTS (SELECT 1 FROM loose WHERE own_key LIKE 'u:%' AND (kind = 'issued' OR request IS NOT NULL));
