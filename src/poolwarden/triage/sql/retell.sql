-- What refused refreshes that name nobody say of the sessions they belong to.
UPDATE lost SET signs = lost.signs | t.sign, refused = TRUE, feature = lost.feature || '|' || t.sign
FROM told t WHERE t.key = lost.key;
