-- Where the calls stand that are shown.
SELECT a.client, a.sign, a.moment,
    min(struct_pack(rank := 0, moment := a.moment, place := f.place, line := a.line, text := a.text)) AS evidence
FROM anonymous a
JOIN files f ON f.file = a.file
JOIN shown s ON s.client IS NOT DISTINCT FROM a.client AND s.sign = a.sign AND s.moment IS NOT DISTINCT FROM a.moment
GROUP BY a.client, a.sign, a.moment;
