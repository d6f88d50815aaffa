SELECT origin, complete
FROM segment FINAL
WHERE origin != '' AND NOT startsWith(origin, 'posted:')
ORDER BY origin, complete
