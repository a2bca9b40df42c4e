# The benchmark: see docs/performance.md.
#
#   make bench          the whole of it, ROUNDS=5
#   make bench-quick    one round of small sizes, under a minute
#
# BENCH_FLAGS goes to bench/run as it is: BENCH_FLAGS='--only gzip'.

ROUNDS ?= 5
BENCH_FLAGS ?=
AARCH64_CC ?= aarch64-linux-gnu-gcc
B := $(BUILD)/bench

BENCH_GUESTS := $(notdir $(basename $(wildcard bench/guests/*.c)))
BENCH_PLUGINS := $(notdir $(basename $(wildcard bench/plugins/*.c)))
BENCH_TOOLS := $(notdir $(basename $(wildcard bench/*.c)))

# For race detectors: Valgrind's learn of threads and locks from the functions
# of shared libraries.
BENCH_DYNAMIC := tight locks

BENCH_MADE := $(BENCH_GUESTS:%=$(B)/%-x86_64) \
	$(BENCH_DYNAMIC:%=$(B)/%-dynamic) \
	$(BENCH_PLUGINS:%=$(B)/%.so) $(BENCH_TOOLS:%=$(B)/%)
ifneq ($(shell command -v $(AARCH64_CC)),)
BENCH_MADE += $(BENCH_GUESTS:%=$(B)/%-aarch64)
endif

# One access in the source is to be one of the guest: nothing vectorized.
GUEST_CFLAGS = -std=gnu11 -O2 -fno-tree-vectorize $(WARN) -pthread

$(B)/%-x86_64: bench/guests/%.c
	@mkdir -p $(@D)
	$(CC) $(GUEST_CFLAGS) -static -o $@ $<

$(B)/%-dynamic: bench/guests/%.c
	@mkdir -p $(@D)
	$(CC) $(GUEST_CFLAGS) -o $@ $<

$(B)/%-aarch64: bench/guests/%.c
	@mkdir -p $(@D)
	$(AARCH64_CC) $(GUEST_CFLAGS) -static -o $@ $<

$(B)/%.so: bench/plugins/%.c bench/plugins/plugin_api.h
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_ALL) $(PIC) -shared -o $@ $<

$(B)/%: bench/%.c $(BUILD)/libmemtrace.a
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_ALL) $(call part_includes,trace) -o $@ $< $(BUILD)/libmemtrace.a \
		$(LIBS_TRACE) -lpthread

# It is a recorder, not a reader of traces.
$(B)/discard: bench/discard.c $(OBJ_channel) $(OBJ_base)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_ALL) $(call part_includes,channel) -o $@ $< $(OBJ_channel) $(OBJ_base) -lpthread

.PHONY: bench-build bench bench-quick
bench-build: all $(BENCH_MADE)

bench: bench-build
	bench/run --rounds $(ROUNDS) $(BENCH_FLAGS)

bench-quick: bench-build
	bench/run --quick $(BENCH_FLAGS)

-include $(BENCH_PLUGINS:%=$(B)/%.d) $(BENCH_TOOLS:%=$(B)/%.d)
