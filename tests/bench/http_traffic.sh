#!/bin/bash
# http_traffic.sh FILE PACKETS short|long: two Linux kernels speak HTTP over a wire that loses one packet in 500, and
# FILE gets the first PACKETS of it. Runs as root of namespaces of its own (bench.py makes them); all of it ends with it.
#
# SPDX-License-Identifier: GPL-2.0-or-later
set -euo pipefail
file=$1 packets=$2 kind=$3
folder=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null; rm -rf -- "$folder"' EXIT
chmod 755 "$folder"

unshare --net sleep infinity &
server=$!
sleep 0.2
ip link set lo up
ip link add wire type veth peer name wire netns $server
ip address add 192.0.2.1/24 dev wire
ip link set wire up gso_max_segs 1
in_server() { nsenter --target "$server" --net "$@"; }
in_server ip address add 192.0.2.2/24 dev wire
in_server ip link set wire up gso_max_segs 1
# Lost behind the place where the capture is taken, in both directions.
lose='add table ip t; add chain ip t in { type filter hook input priority 0; }; add rule ip t in numgen random mod 500 == 0 drop'
nft "$lose"
in_server nft "$lose"
echo 1024 65535 >/proc/sys/net/ipv4/ip_local_port_range

head -c 7000 /dev/zero | tr '\0' 'a' >"$folder/page"
head -c 200000 /dev/zero | tr '\0' 'b' >"$folder/long"
cat >"$folder/nginx.conf" <<CONF
worker_processes 1;
daemon off;
pid $folder/pid;
error_log /dev/null;
events { worker_connections 4096; }
http {
    access_log off;
    keepalive_requests 1000000;
    server { listen 80 backlog=4096; location / { root $folder; } }
}
CONF
[[ $(id -u) != 0 ]] || sed -i '1i user root;' "$folder/nginx.conf"
in_server nginx -c "$folder/nginx.conf" 2>/dev/null &
sleep 0.5

tcpdump -Z "$(id -un)" -i wire -B 65536 -s 400 -c "$packets" -w "$file" tcp 2>"$folder/said" &
capture=$!
sleep 0.5
case $kind in
short) page=page header='Connection: close' connections=60 ;;
long) page=long header='Connection: keep-alive' connections=200 ;;
esac
while kill -0 $capture 2>/dev/null; do
    wrk -t 1 -c $connections -d 5s -H "$header" "http://192.0.2.2/$page" >"$folder/wrk" || { cat "$folder/wrk" >&2; exit 1; }
done
wait $capture || { cat "$folder/said" >&2; exit 1; }
