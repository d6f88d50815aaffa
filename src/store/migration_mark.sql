-- Where a migration was last (migrate.c): schema, statement, month.
SELECT toUInt64(part[1]), toUInt64(part[2]), toUInt64(part[3])
FROM (SELECT splitByChar(' ', value) AS part FROM meta FINAL WHERE key = 'migration')
