-- Whether the guard's events are but a part of themselves. Where all are there, an expired token was seen to pass
-- before, save by few clients that refresh while nobody looks; and its first refusal is told before the second.
CREATE OR REPLACE TABLE parts AS
SELECT passed_unseen AS unseen, known AS refused,
    (passed_unseen >= $least AND passed_unseen > CAST($unseen AS DOUBLE) * known)
        OR (first_missing >= $few AND first_missing > CAST($uncounted AS DOUBLE) * repeated) AS sparse
FROM (
    SELECT count(*) FILTER (unseen) AS passed_unseen, count(unseen) AS known,
        count(*) FILTER (uncounted) AS first_missing, count(uncounted) AS repeated
    FROM losses
);
