-- The stretches of requests that were refused for the API's own reasons.
SELECT cause, since, until - 600, refusals FROM barred WHERE refusals >= $least ORDER BY since, cause;
