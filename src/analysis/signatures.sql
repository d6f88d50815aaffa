-- Every signature that detected something, with the message of its highest revision.
SELECT @key@ AS key, argMax(message, rev)
FROM detection
GROUP BY key
