-- Whether any record names a session or a user.
SELECT EXISTS (SELECT 1 FROM records WHERE session IS NOT NULL OR user_ref IS NOT NULL);
