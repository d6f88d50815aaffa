INSERT INTO meta (key, value, version)
SELECT {key:String}, {value:String}, (SELECT max(version) FROM meta) + 1
