-- When each of the calls was refused that stand for nobody in particular.
SELECT client, sign, moment
FROM anonymous
GROUP BY client, sign, moment, request, CASE WHEN moment IS NULL THEN line END
ORDER BY client, sign, moment;
