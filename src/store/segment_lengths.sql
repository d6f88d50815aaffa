SELECT bytes, digest
FROM segment FINAL
WHERE frames > 0
ORDER BY bytes, digest
