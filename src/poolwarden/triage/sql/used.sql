-- When each session got its tokens, one bit for an hour or half a day: as stage.sql keeps it.
CREATE OR REPLACE TABLE used AS
SELECT key, bit_or(CAST(1 AS UBIGINT) << ((issued_at // 3600) & 63)) AS hours,
    bit_or(CAST(1 AS UBIGINT) << ((issued_at // 43200) & 63)) AS halves
FROM traces WHERE kind = 'issued' AND issued_at IS NOT NULL
GROUP BY key;
