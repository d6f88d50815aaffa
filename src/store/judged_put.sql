INSERT INTO judged
SELECT {digest:String}, {ruleset:String}, (SELECT max(version) FROM judged) + 1
