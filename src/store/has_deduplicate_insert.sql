-- Whether the setting is known, which from version 26 on stands above insert_deduplicate.
SELECT count() FROM system.settings WHERE name = 'deduplicate_insert'
