-- The lost sessions that nothing was said of.
SELECT * FROM silences;
