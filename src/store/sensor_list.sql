SELECT name, prefix, inferred FROM sensor FINAL ORDER BY name, prefix
