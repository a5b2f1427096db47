#!/usr/bin/env bash
# Measures the main job beside sha256sum, on the same candidate files, in one run:
#
#     compare-with-sha256sum.sh [DIRECTORY] [ROUNDS]
#
# In each round `duplicates --workers 2` searches DIRECTORY, and `xargs -P2 sha256sum` hashes its candidates: the files whose
# size occurs more than once. The rounds alternate, so that a machine which is busy at times is so for both. What is compared
# is the time from start to exit. For `duplicates` that is a JVM's start, the walk, the hashing and the groups; sha256sum is
# given its list, split so that both of its processes have work to the end, and only hashes.
#
# Without DIRECTORY, or with an empty one: a temporary tree with eight copies of the JDK's home. Build the jar first (mvn -DskipTests package).
set -euo pipefail

rounds=${2:-7}
jar=$(dirname "${BASH_SOURCE[0]}")/target/duplicates.jar
[ -f "$jar" ] || { echo "no $jar: build it first" >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if [ -n "${1:-}" ]; then
  directory=$1
else
  directory=$work/tree
  home=$(java -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java\.home = //p')
  for copy in 1 2 3 4 5 6 7 8; do
    mkdir -p "$directory/$copy"
    cp -r "$home/." "$directory/$copy"
  done
fi

# names are bytes here: any locale but C may refuse some
export LC_ALL=C
find "$directory" -type f -printf '%s %p\0' |
  awk 'BEGIN { RS = ORS = "\0" }
    { size = $1; path = substr($0, length(size) + 2); count[size]++ }
    count[size] == 1 { first[size] = path; next }
    count[size] == 2 { print first[size] }
    { print path }' >"$work/candidates"
files=$(tr -cd '\0' <"$work/candidates" | wc -c)
bytes=$(xargs -0 -r stat --printf '%s\n' -- <"$work/candidates" | awk '{ sum += $1 } END { printf "%.0f", sum }')
[ "$files" -gt 0 ] || { echo "no two files of one size in $directory" >&2; exit 1; }
batch=$((files / 16 < 1 ? 1 : files / 16 > 500 ? 500 : files / 16))
echo "$files candidates, $bytes bytes in $directory; $rounds rounds"

seconds() {
  local before=$EPOCHREALTIME
  "$@"
  awk -v before="$before" -v after="$EPOCHREALTIME" 'BEGIN { printf "%.3f\n", after - before }'
}
by_duplicates() { java -jar "$jar" --workers 2 --json "$directory" >"$work/duplicates.json"; }
by_sha256sum() { xargs -0 -P2 -n "$batch" sha256sum --zero -- <"$work/candidates" >"$work/sums"; }
median() { sort -n "$1" | awk '{ value[NR] = $1 } END { print (value[int((NR + 1) / 2)] + value[int(NR / 2) + 1]) / 2 }'; }

# both once without a clock: the files are then in memory for both
by_sha256sum
by_duplicates
for ((round = 1; round <= rounds; round++)); do
  seconds by_duplicates >>"$work/duplicates.times"
  seconds by_sha256sum >>"$work/sha256sum.times"
  echo "round $round: duplicates $(tail -n 1 "$work/duplicates.times") s, sha256sum $(tail -n 1 "$work/sha256sum.times") s"
done

duplicates=$(median "$work/duplicates.times")
sha256sum=$(median "$work/sha256sum.times")
awk -v duplicates="$duplicates" -v sha256sum="$sha256sum" 'BEGIN {
  printf "median: duplicates %.3f s, xargs -P2 sha256sum %.3f s, ratio %.2f\n", duplicates, sha256sum, duplicates / sha256sum }'
