SELECT bytes, digest, first_s, last_s, complete
FROM segment FINAL
WHERE frames > 0 AND NOT startsWith(origin, 'posted:')
ORDER BY first_s, bytes, digest
