# The front door. "make run" and "make check" are all a newcomer needs; docs/operate.md has the rest.
BUILD = build
ASAN = build-asan
.PHONY: all run check check-long bench build asan format clean

all: build

build:
	@tools/packages run
	@[ -f $(BUILD)/build.ninja ] || meson setup $(BUILD) >/dev/null
	@ninja -C $(BUILD) --quiet

asan:
	@[ -f $(ASAN)/build.ninja ] || meson setup $(ASAN) -Db_sanitize=address,undefined -Dtests=true -Db_lundef=false >/dev/null
	@ninja -C $(ASAN) --quiet

run: build
	@tools/run

check:
	@tools/packages run check
	@tools/check

check-long:
	@tools/packages run check
	@LONG=1 tools/check

bench: build
	@tools/bench

format:
	@tools/format

clean:
	rm -rf $(BUILD) $(ASAN)
