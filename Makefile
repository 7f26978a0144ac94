# The front door. "make run" and "make check" are all a newcomer needs; docs/operate.md has the rest.
BUILD = build
ASAN = build-asan
FUZZ = build-fuzz
.PHONY: all run check check-long bench build asan fuzz format clean

all: build

build:
	@tools/packages run
	@[ -f $(BUILD)/build.ninja ] || meson setup $(BUILD) >/dev/null
	@ninja -C $(BUILD) --quiet

# At -O1 it is built in 85 s instead of 138 and runs as fast; what gcc warns of is the plain build's to say.
asan:
	@[ -f $(ASAN)/build.ninja ] || meson setup $(ASAN) -Db_sanitize=address,undefined -Dtests=true -Db_lundef=false -Doptimization=1 -Dwerror=false >/dev/null
	@ninja -C $(ASAN) --quiet

# The readers of outside bytes under libFuzzer, which is clang's; ASan knows no call that _FORTIFY_SOURCE puts in its place.
fuzz:
	@[ -f $(FUZZ)/build.ninja ] || CC=clang meson setup $(FUZZ) -Dfuzz=true -Dwerror=false -Doptimization=1 -Db_lundef=false \
		-Db_sanitize=address,undefined -Dc_args='-fsanitize=fuzzer-no-link -U_FORTIFY_SOURCE -w' >/dev/null
	@ninja -C $(FUZZ) --quiet tests/fuzz/fuzz tests/fuzz/planted

run: build
	@tools/run

check:
	@tools/packages run check
	@tools/check

check-long:
	@tools/packages run check
	@LONG=1 tools/check

bench:
	@tools/packages run check bench
	@[ -f $(BUILD)/build.ninja ] || meson setup $(BUILD) -Dtests=true >/dev/null
	@tools/bench

format:
	@tools/format

clean:
	rm -rf $(BUILD) $(ASAN) $(FUZZ)
