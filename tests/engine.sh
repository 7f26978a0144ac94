# Sourced by flow tests after tap.sh: store_dump sqlite|postgresql NAME FILE writes all that the store made by
# store_of holds as text; SQLite's is a file of the service already.
pg_bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
store_dump() {
	host=${AKASHI_TEST_POSTGRES#host=}; host=${host%% *}
	[ "$1" != postgresql ] || "$pg_bin/pg_dump" -h "$host" -U akashi "f_$2_$$" >"$3"
}
