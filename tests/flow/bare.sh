#!/bin/sh
# "make run" builds on a machine that has only packaging/packages-run: no library that only tests need is looked for. [design 1]
. "$(dirname "$0")/../tap.sh"
mkdir "$tmp/pc" "$tmp/bin"
# Where there is a cmake, meson asks it too.
printf '#!/bin/sh\nexit 1\n' >"$tmp/bin/cmake"; chmod +x "$tmp/bin/cmake"
for folder in $(pkg-config --variable pc_path pkg-config | tr : ' '); do cp "$folder"/*.pc "$tmp/pc/" 2>/dev/null; done
for package in $(sed 's/#.*//; s/![^ ]*//g' "$top/packaging/packages-check"); do
	dpkg -L "$package" 2>/dev/null | grep '\.pc$'
done | sed 's,.*/,,' | sort -u >"$tmp/check-only"
(cd "$tmp/pc" && xargs rm -f) <"$tmp/check-only"
set_up() { # FOLDER [OPTION]
	folder=$tmp/$1; shift
	PATH=$tmp/bin:$PATH PKG_CONFIG_LIBDIR=$tmp/pc meson setup "$folder" "$top" "$@" >"$tmp/said" 2>&1
}
is "$(grep -c '^cmocka\.pc$' "$tmp/check-only")" 1 'some libraries only tests need'
set_up run; is $? 0 'without them the build is set up' || tail -3 "$tmp/said"
set_up tests -Dtests=true; is "$? $(grep -c 'ERROR: Dependency "cmocka" not found' "$tmp/said")" '1 1' 'and the tests are not'
done_testing
