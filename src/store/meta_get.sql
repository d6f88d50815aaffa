SELECT value FROM meta FINAL WHERE key = {key:String}
