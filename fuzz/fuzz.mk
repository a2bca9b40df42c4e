# fuzz.mk: libFuzzer on every reader of bytes, with the address and undefined
# behaviour sanitizers.  Needs clang and its runtime (Debian: libclang-rt-dev).
#
#   make fuzz [FUZZ_SECONDS=60] [FUZZ_TARGETS='reader channel']
#
# fuzz/corpus/TARGET is what the runs start from; docs/reliability.md tells
# what each target does.

FUZZ_SECONDS ?= 60
FUZZ_TARGETS ?= $(patsubst fuzz/fuzz_%.c,%,$(wildcard fuzz/fuzz_*.c))
INC_fuzz := -Ifuzz $(addprefix -I,$(PLUGIN)) $(call part_includes,cli)
# What quick.c has in place of what would make an input slow.
FUZZ_WRAPPED := malloc calloc realloc reallocarray free clock_gettime \
	channel_futex_wait ZSTD_createDCtx ZSTD_freeDCtx ZSTD_createCCtx \
	ZSTD_freeCCtx
FUZZ_LINKED := $(BUILD)/fuzz/file.o $(BUILD)/fuzz/quick.o $(BUILD)/fuzz/trace_input.o \
	$(BUILD)/fuzz/channel_input.o \
	$(BUILD)/plugin/memory/image.o \
	$(BUILD)/plugin/life/plugin_options.o $(BUILD)/plugin/calls/exec_program.o \
	$(filter-out $(BUILD)/cli/main.o,$(OBJ_cli)) $(OBJ_behind_cli) \
	$(BUILD)/libmemtrace.a

$(eval $(call folder_rule,fuzz))

# Built by asan-build, in a build of its own: all of it is compiled with clang, to
# be followed.
.PHONY: fuzz fuzz-programs
fuzz-programs: $(addprefix $(BUILD)/fuzz_,$(FUZZ_TARGETS))
$(BUILD)/fuzz_%: $(BUILD)/fuzz/fuzz_%.o $(FUZZ_LINKED)
	$(CC) $(ASAN_OPT) -fsanitize=fuzzer $(call wrap,$(FUZZ_WRAPPED)) \
		$(LDFLAGS) -o $@ $^ \
		$(LIBS_CLI) -lpthread

fuzz: asan-build
	@BUILD=$(BUILD) fuzz/run -t $(FUZZ_SECONDS) $(FUZZ_TARGETS)

-include $(wildcard $(BUILD)/fuzz/*.d)
