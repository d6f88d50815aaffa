-- Whether sensors posted anything.
SELECT count() > 0
FROM posted
