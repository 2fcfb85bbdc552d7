-- The lost sessions counted by what the verdict depends on: a few hundred rows, however many sessions.
SELECT feature, client, signs, ended_by, wall, refused, visible, event,
    count(*) AS sessions,
    sum(CASE WHEN zombie THEN 1 ELSE 0 END) AS zombies,
    min(evidence) AS first_evidence,
    max(evidence) AS last_evidence,
    min(ended_evidence) AS ended_evidence
FROM lost
GROUP BY feature, client, signs, ended_by, wall, refused, visible, event
ORDER BY feature;
