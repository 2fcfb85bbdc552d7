-- What pools and app clients are called: the id behind a name, and every name or id as it stands in the logs.
SELECT what, alias AS name, id FROM aliases
UNION
SELECT 'pool', '', pool FROM records WHERE pool IS NOT NULL
UNION
SELECT 'client', '', client FROM records WHERE client IS NOT NULL
ORDER BY what, name, id;
