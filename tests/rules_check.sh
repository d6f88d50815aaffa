#!/bin/bash
# teiten rules check: a line for each rule that cannot be used, totals, and exit statuses.
. "$TEITEN_SOURCE/tests/lib.sh"
cd "$scratch" || exit 1

cat >good.rules <<'RULES'
alert tcp any any -> $HOME_NET any (msg:"one"; content:"a"; sid:1;)
#alert tcp any any -> any any (sid:2;)
alert http any any -> any any (file_data; content:"a"; sid:3;)
alert smb any any -> any any (sid:4;)
alert smb any any -> any any (sid:5;)
RULES
out=$("$teiten" rules check good.rules)
is "what is only not supported is no failure" 0 $?
is "one line for each" 3 "$(grep -c '^good.rules:[0-9]*: sid [0-9]*: not supported: ' <<<"$out")"
has "file, line, sid and reason" '^good.rules:3: sid 3: not supported: keyword "file_data": ' "$out"
has "totals" '^1 loaded, 1 disabled, 0 replaced by a higher revision, 0 malformed, 3 not supported' "$out"
has "totals by reason" '^ +2  not supported: protocol smb$' "$out"
has "totals by category" '^ +1  category: Others$' "$out"
is "--summary leaves the lines out" 0 "$("$teiten" rules check --summary good.rules | grep -c '^good.rules')"

echo 'alert tcp any any -> any 65536 (sid:9;)' >bad.rules
refused "a malformed rule" 1 '1 malformed rules' "$teiten" rules check good.rules bad.rules
has "and why" '^bad.rules:1: sid 9: malformed: "65536" is no port' "$(cat out)"
refused "no file" 2 'name 1 to' "$teiten" rules check
refused "an unknown subcommand" 2 'unknown subcommand "chek"' "$teiten" rules chek
refused "a dialect" 2 'suricata or snort' "$teiten" rules check --dialect snort3 good.rules
refused "a missing file" 1 'cannot read none.rules' "$teiten" rules check none.rules
has "help" 'usage: teiten rules check' "$("$teiten" rules check --help)"

echo '{"HOME_NET": "[192.0.2.0/24"}' >vars.json
refused "a variable that is no list" 1 'malformed' "$teiten" rules check --vars vars.json good.rules
has "names the rule that uses it" '^good.rules:1: sid 1: malformed: ' "$(cat out)"

echo 'alert tcp any any -> any any (flowbits:isset,a; sid:1;)' >state.rules
has "state is not kept" 'earlier packet' "$("$teiten" rules check state.rules)"
has "but accepted with --state" '^1 loaded' "$("$teiten" rules check --state state.rules)"

printf '# ours\nWorm sid 1-2\nUDP spam msg ^one$\n' >categories
has "a file overrides the category" '^ +1  category: Worm$' "$("$teiten" rules check --categories categories good.rules)"
has "and so does the setting" '^ +1  category: Worm$' "$("$teiten" --set signatures.categories=categories rules check good.rules)"
printf 'Worm sid 1\nWurm sid 2\n' >categories
refused "a category that there is not" 1 'categories line 2: "Wurm" is no category' "$teiten" rules check --categories categories good.rules

echo 'config classification: odd,Odd things,1' >classification
echo 'alert tcp any any -> any any (classtype:odd; sid:1;)' >class.rules
has "a classification file" ' 0 warnings$' "$("$teiten" rules check --classification classification class.rules | head -n 1)"
has "an unknown class is a warning" ' 1 warnings$' "$("$teiten" rules check class.rules | head -n 1)"
finish
