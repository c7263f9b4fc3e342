# For the scripts beside it, which source it: a server that does its ordinary work, for a simulated Spotify's people.
# Needs curl, node and valgrind.
set -euo pipefail
cd "$(dirname "$0")/../.."
unset CARGO_TARGET_DIR
work=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null; wait; rm -rf "$work"' EXIT

demo=127.0.0.1:8001
server=127.0.0.1:8002
operations=127.0.0.1:8003

# Builds the demo, and starts it for its Spotify.
start_spotify() {
  cargo build --quiet --locked --features simulator
  # What is built next may take its place.
  cp target/debug/lockstep-api "$work/demo"
  (cd "$work" && LISTEN_ADDR=$demo exec ./demo demo >demo.log 2>&1) &
  until grep -q 'Token ' "$work/demo.log" 2>/dev/null; do sleep 0.2; done
  spotify=$(awk '$1 == "Simulator" { print $2 }' "$work/demo.log")
  token=$(awk '$1 == "Token" { print $2 }' "$work/demo.log")
}

# serve FUNCTION COMMAND...: the command serves while the function works.
serve() {
  local name=$1
  shift
  SPOTIFY_CLIENT_ID=simulated-client-id SPOTIFY_CLIENT_SECRET=simulated-client-secret \
    SPOTIFY_API_URL=$spotify SPOTIFY_ACCOUNTS_URL=$spotify SPOTIFY_REDIRECT_URI=http://$demo/login/spotify/ \
    SESSION_SECRET=thrown-away-with-the-database-after-the-training LISTEN_ADDR=$server OPS_ADDR=$operations \
    RATE_LIMIT_POINTS_PER_MINUTE=1000000000 DATABASE_URL=sqlite://$work/$name.db "$@" >"$work/$name.log" 2>&1 &
  local pid=$!
  until curl -sf -o /dev/null -H 'content-type: application/json' -d '{"query":"{ __typename }"}' \
    "http://$server/graphql"; do sleep 0.5; done
  "$name"
  kill $pid
  wait $pid
}

# write_order PROGRAM: what it runs, into $work/order.txt. $work/map is lld's map of it.
write_order() {
  for part in start work; do
    serve $part valgrind --quiet --tool=callgrind --demangle=no --callgrind-out-file="$work/$part" "$1"
  done
  node benches/training/order.js "$work/map" "$work/start" "$work/work" >"$work/order.txt"
}

start() { :; }

work() { ask 1; }

# Logs somebody in, and asks for so many of the smallest requests, and for others.
ask() {
  local times=$1 cookies=$work/cookies authorize callback
  curl -sf -o /dev/null "http://$server/"
  authorize=$(curl -sf -o /dev/null -w '%{redirect_url}' -c "$cookies" "http://$server/login/spotify/")
  callback=$(curl -sf -o /dev/null -w '%{redirect_url}' -d person=ada.lindqvist -d decision=allow "$authorize")
  curl -sf -o /dev/null -b "$cookies" -c "$cookies" "${callback/$demo/$server}"
  node benches/training/ask.js "http://$server/graphql" "http://$demo" "$cookies" "$token" "$times"
  curl -sf -o /dev/null "http://$operations/metrics"
}
