#!/usr/bin/env bash
# Every `file:function()` that docs/TOUR.md names still exists.
cd "$TEITEN_SOURCE" || exit 1
bad=0 count=0
while IFS=: read -r file function; do
	count=$((count + 1))
	grep -qE "^([a-z_].*)?\b${function%()}\(" "$file" 2>/dev/null || { echo "docs/TOUR.md: no $function in $file"; bad=1; }
done < <(grep -oE 'src/[a-z]+/[a-z_0-9]+\.[ch]:[a-z_0-9]+\(\)' docs/TOUR.md | sort -u)
echo "$count functions"
[ "$count" -ge 10 ] && exit $bad
