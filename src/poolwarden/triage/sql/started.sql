-- The refresh validities that guards were told.
SELECT DISTINCT detail FROM records WHERE kind = 'started' AND detail IS NOT NULL ORDER BY detail;
