-- Lost sessions over time by verdict.
SELECT CAST(floor(l.lost_at / $slot) * $slot AS BIGINT) AS slot, v.verdict, count(*) AS sessions
FROM lost l JOIN verdicts v ON v.feature = l.feature
WHERE l.lost_at IS NOT NULL
GROUP BY ALL
ORDER BY slot, verdict;
