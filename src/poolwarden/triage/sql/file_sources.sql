-- Which formats each file's refused refreshes and tokens were read by.
SELECT DISTINCT file, source FROM records WHERE kind IN ('issued', 'rejected', 'refused') ORDER BY source, file;
