-- Whose turn it is to change the tables of a server (turn.c), and its number.
SELECT toUInt64(substring(name, 16)) AS number, comment
FROM system.tables
WHERE database = currentDatabase() AND match(name, '^migration_turn_[0-9]+$')
ORDER BY number DESC
LIMIT 1
