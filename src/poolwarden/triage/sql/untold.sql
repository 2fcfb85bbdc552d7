-- How many refused tokens were never seen to pass, of how many, and how many sessions may have gone on unseen.
SELECT p.unseen, p.refused, count(l.key)
FROM parts p LEFT JOIN losses l ON l.refused AND NOT EXISTS (SELECT 1 FROM lost o WHERE o.key = l.key)
WHERE p.sparse
GROUP BY ALL;
