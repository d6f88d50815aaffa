#!/usr/bin/env bash
# A folder of src/ includes only base, itself and what src/layers allows it; nothing includes prog.
set -u
cd "$TEITEN_SOURCE/src" || exit 1
bad=0
while read -r folder allowed; do
	case $folder in \#*|"") continue ;; esac
	folder=${folder%:}
	[ -d "$folder" ] || continue
	for include in $(grep -hoE '^#include "[a-z]+/' "$folder"/*.[ch] | sed 's/.*"//; s,/,,' | sort -u); do
		case " base $folder $allowed " in
		*" $include "*) ;;
		*) echo "src/$folder includes $include, which src/layers does not allow"; bad=1 ;;
		esac
	done
done < layers
for folder in */; do
	folder=${folder%/}
	[ "$folder" = engine ] || grep -q "^$folder:" layers || { echo "src/$folder stands in no line of src/layers"; bad=1; }
done
exit $bad
