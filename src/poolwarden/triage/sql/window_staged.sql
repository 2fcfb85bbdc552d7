-- When the guard's logs begin and end.
SELECT min(first) / 1000, max(last) / 1000, sum(lines) FROM grouped WHERE kind < 6;
