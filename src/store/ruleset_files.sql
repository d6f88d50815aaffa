SELECT digest, name, edition, signatures, refused
FROM ruleset_file FINAL
WHERE digest = {digest:String}
ORDER BY name
