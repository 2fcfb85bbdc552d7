-- Causes that refused more often than is told: a guard tells a repeat only at the 2nd, 4th, 8th … time.
SELECT DISTINCT cause FROM records WHERE source = 'poolwarden' AND kind = 'rejected' AND times > 1 AND cause IS NOT NULL ORDER BY cause;
