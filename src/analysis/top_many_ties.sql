-- How many keys of a class stand before a key of the answer.
SELECT @counts@
FROM keys
