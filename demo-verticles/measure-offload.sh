#!/usr/bin/env bash
# Measures `offload` with wrk, 64 connections:
#
#     measure-offload.sh compare [ROUNDS] [SECONDS]
#     measure-offload.sh saturate [SECONDS]
#
# compare: in each round the three ways to hand over queries, --via workqueue, executeBlocking and eventbus, one after the
# other, so that a machine which is busy at times is so for all. Each gets a new server with four workers, 15 seconds to warm
# up (until most of the database is in memory), and SECONDS (30) of load. Printed are requests per second, latency, wrong
# answers, how often Vert.x found an event loop blocked for more than 50 ms, how long a collection held up all threads, and how
# much of the heap was in use after a collection, before and after the load. The fourth line of a round is for comparison:
# requests without a query. An event loop that is found blocked there was kept from running by the machine.
#
# saturate: slow queries (each reads 100,000 rows) for two workers, a queue of four, and 100 ms to be accepted. Whatever
# finds no place must be refused with 503 and Retry-After, and nothing may hang: no request may take longer than wrk's 10 seconds.
#
# wrk runs on the same machine and takes its share of it. Build the jar first (mvn -DskipTests package).
set -euo pipefail

here=$(dirname "${BASH_SOURCE[0]}")
jar=$here/target/offload.jar
rows=1000000
limit_millis=50

fail() { echo "measure-offload.sh: $*" >&2; exit 1; }
[ -f "$jar" ] || fail "no $jar: build it first"
command -v wrk >/dev/null || fail "no wrk: install the package of that name"

work=$(mktemp -d)
server=
stop() {
  if [ -n "$server" ]; then
    kill "$server" 2>/dev/null || true
    wait "$server" || true
    server=
  fi
}
trap 'stop; rm -rf "$work"' EXIT

start() {
  : >"$work/out"
  java -Xmx1g -XX:+UseG1GC -XX:MaxGCPauseMillis=20 -Xlog:gc:file="$work/gc" -Dmillrace.eventLoopLimitMillis=$limit_millis -jar "$jar" --port 0 --rows $rows "$@" \
    >"$work/out" 2>"$work/err" &
  server=$!
  until grep -q '^http' "$work/out"; do
    kill -0 "$server" 2>/dev/null || { cat "$work/err" >&2; fail "the server did not start"; }
    sleep 0.2
  done
  url=$(grep '^http' "$work/out")
}

# asks for so many seconds; the script's line that begins with `result:`
load() {
  wrk -t 2 -c 64 -d "$2s" --timeout 10s -s "$here/measure-offload.lua" "$url" -- "$1" $rows >"$work/wrk" || {
    cat "$work/wrk" >&2
    fail "wrk failed"
  }
  grep '^wrong answer' "$work/wrk" >&2 || true
  sed -n 's/^result: //p' "$work/wrk"
}

# megabytes of the heap in use after a collection
heap() {
  jcmd "$server" GC.run >/dev/null
  jcmd "$server" GC.heap_info | sed -n 's/.*heap.* used \([0-9]*\)K.*/\1/p' | awk '{ printf "%.1f", $1 / 1024 }'
}

# milliseconds of the longest collection after so many lines of the collector's log, but for those that heap() asks for
longest_pause() {
  tail -n "+$(($1 + 1))" "$work/gc" | grep -v 'System.gc\|Diagnostic Command' | sed -n 's/.*Pause.* \([0-9.]*\)ms$/\1/p' |
    sort -n | tail -n 1
}

blocked() { grep -c 'eventloop.*has been blocked' "$work/err" || true; }

measure() {
  local kind=$1 warm_up=$2 seconds=$3
  load "$kind" "$warm_up" >/dev/null
  local heap_before blocked_before pauses_before result
  heap_before=$(heap)
  blocked_before=$(blocked)
  pauses_before=$(wc -l <"$work/gc")
  result=$(load "$kind" "$seconds")
  echo "  $result"
  echo "  event loops blocked for more than $limit_millis ms: $(($(blocked) - blocked_before)), longest pause of the whole JVM:" \
    "$(longest_pause "$pauses_before") ms; heap $heap_before MB before, $(heap) MB after"
  kill "$server"
  wait "$server" || fail "the server exited with $?"
  server=
}

case ${1:-} in
  compare)
    rounds=${2:-3}
    for ((round = 1; round <= rounds; round++)); do
      for via in workqueue executeBlocking eventbus; do
        echo "round $round, --via $via:"
        start --via $via --workers 4
        measure mixed 15 "${3:-30}"
      done
      echo "round $round, no queries:"
      start
      measure none 5 "${3:-30}"
    done
    ;;
  saturate)
    echo "saturated, --via workqueue:"
    start --via workqueue --workers 2 --capacity 4 --admission-timeout 100
    measure slow 3 "${2:-30}"
    ;;
  *) fail "compare or saturate: ${1:-}" ;;
esac
