-- Another log names their users in another way: they are the lost sessions that they were told to.
DELETE FROM lost WHERE key IN (SELECT key FROM merged);
DELETE FROM sessions WHERE key IN (SELECT key FROM merged);
