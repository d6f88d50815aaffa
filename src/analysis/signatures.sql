-- Every signature that detected something, with the message and the category of its highest revision.
SELECT @key@ AS key, argMax(message, rev), argMax(@category@, rev)
FROM detection
GROUP BY key
