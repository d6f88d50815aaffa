SELECT origin, complete
FROM segment FINAL
WHERE origin != ''
ORDER BY origin, complete
