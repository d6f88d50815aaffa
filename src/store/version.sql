-- Grows with every block and with every line of the ledgers.
SELECT (SELECT max(version) FROM segment) + (SELECT max(version) FROM sensor) + (SELECT count() FROM access)
