-- Statements that change this store and still run.
SELECT count() FROM system.processes
WHERE current_database = currentDatabase() AND query_kind IN ('Create', 'Insert', 'Drop', 'Alter')
