#!/usr/bin/env bash
# The PDF says what the page says: the text of both golden pages and of the PDFs made from them is the same, and every
# character of it is in an IPAex font.
set -u
for program in weasyprint pdftotext pdffonts python3; do
	command -v $program >/dev/null || { echo "skipped: no $program"; exit 77; }
done
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
bad=0
for lang in ja en; do
	page=$TEITEN_SOURCE/tests/golden/report-$lang.html
	weasyprint -q "$page" "$scratch/$lang.pdf" || { echo "weasyprint failed"; exit 1; }
	if pdffonts "$scratch/$lang.pdf" | tail -n +3 | grep -v IPAex; then
		echo "report-$lang.pdf: a font that is not IPAex"
		bad=1
	fi
	# without running header and page number: 24 mm above, 22 mm below, in points
	pdftotext -raw -x 0 -y 60 -W 596 -H 730 -r 72 "$scratch/$lang.pdf" "$scratch/$lang.txt"
	python3 - "$page" "$scratch/$lang.txt" <<'PYTHON' || bad=1
import html, re, sys, unicodedata
page, text = (open(name, encoding="utf-8").read() for name in sys.argv[1:3])
page = re.sub(r"(?s)<style>.*?</style>|<title>.*?</title>|<head>.*?</head>", "", page)
page = html.unescape(re.sub(r"<[^>]+>", "", page))
def letters(s):
    return "".join(c for c in unicodedata.normalize("NFKC", s) if not c.isspace() and c not in "●•·・\f\u00ad")
a, b = letters(page), letters(text)
if a != b:
    i = next((i for i, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b)))
    print("page: ..." + a[max(0, i - 20):i + 40])
    print("PDF:  ..." + b[max(0, i - 20):i + 40])
    sys.exit(1)
print(len(a), "characters are the same")
PYTHON
done
exit $bad
