#!/bin/sh
# year.sh FROM TO [SETTING=VALUE...]: a copy of a policy whose office is closed at New Year, with these settings.
cp "$1"/*.yaml "$2" || exit 1
for day in 2026-12-29 2026-12-30 2026-12-31 2027-01-02 2027-01-03; do
	echo "- { day: $day, name: \"休業日\" }"
done >>"$2/holidays.yaml"
to=$2; shift 2
for one; do
	sed -i "/name: ${one%%=*},/d" "$to/settings.yaml"
	echo "- { name: ${one%%=*}, value: \"${one#*=}\", clause: X-4, from: 2024-01-01 }" >>"$to/settings.yaml"
done
