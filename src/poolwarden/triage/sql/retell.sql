-- What refused refreshes that name nobody say of the sessions they belong to.
UPDATE lost SET signs = lost.signs | t.sign, refused = TRUE, ended_by = coalesce(lost.ended_by, t.ended_by),
    feature = concat_ws('|', lost.feature, t.sign, t.ended_by)
FROM told t WHERE t.key = lost.key;
