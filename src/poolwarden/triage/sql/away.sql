-- For how long those were away that came back before the validity, after their last token.
SELECT r.pool, r.client, r.away_s FROM returned r JOIN told_apart t ON t.client = r.client AND t.pool = r.pool
ORDER BY ALL;
