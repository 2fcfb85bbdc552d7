-- When the logs begin and end: the guard's and the others.
SELECT least(g.first / 1000, r.first), greatest(g.last / 1000, r.last), g.lines + r.lines
FROM (SELECT min(first) AS first, max(last) AS last, coalesce(sum(lines), 0) AS lines FROM grouped WHERE kind < 6) g
CROSS JOIN (SELECT min(moment) AS first, max(moment) AS last, count(*) AS lines FROM records) r;
