# tests.mk: what the tests run, and how it is built.
#
#   make check                         everything; the last line counts
#   make check-quick                   what is known in a minute
#   make check-build                   only build what the tests need
#   make check-qemu                    integration tests on every QEMU there is
#   tests/run integration/accesses     one test, or several by pattern
#
# docs/testing.md tells where each kind of test lives and how to add one.

T := $(BUILD)/tests
ARCHES := $(shell tools/guests)
$(foreach a,$(ARCHES),$(eval CC_$(a) ?= $(shell tools/guests $(a) compiler)-gcc))
# For which Debian's libc can be linked so.
ARCHES_STATIC_PIE := $(shell tools/guests static-pie)

# --- guests: build/tests/guests/ARCH/NAME[-static-pie|-pie] ---------------
#
# accesses-ARCH.S is free of libc and written for its architecture; where
# there is none it is accesses.c.  The others are C and the same for all.
G := $(T)/guests
GUEST_FLAGS := -O1 -g -Wall -Wextra -D_GNU_SOURCE
GUESTS_STATIC := accesses race mappings loader waves exits medley kernel values \
	manners crowds counts execs jit spots spots-O0 spots-O2 kinds allocates \
	blocks leaves stamps named shares selfstores footprint
GUESTS_PIE := mappings loader spots kinds allocates
GUESTS_LIBRARY := spots_library
guest_list = $(addprefix $(G)/$(1)/,$(GUESTS_STATIC) \
	$(addsuffix .so,$(GUESTS_LIBRARY)) \
	$(addsuffix -pie,$(GUESTS_PIE)) $(if $(filter $(1),\
	$(ARCHES_STATIC_PIE)),$(addsuffix -static-pie,$(GUESTS_PIE))))
GUESTS := $(foreach a,$(ARCHES),$(call guest_list,$(a))) \
	$(G)/aarch64/zeros $(G)/aarch64/features \
	$(G)/s390x/unshown $(G)/ppc64le/unshown

define assembler_rules
$(G)/$(1)/accesses: tests/guests/accesses-$(1).S
	@mkdir -p $$(@D)
	$$(CC_$(1)) -nostdlib -static -no-pie -o $$@ $$<
endef
$(foreach a,$(patsubst tests/guests/accesses-%.S,%,\
	$(wildcard tests/guests/accesses-*.S)),$(eval $(call assembler_rules,$(a))))

define guest_rules
$(G)/$(1)/race: examples/race.c
	@mkdir -p $$(@D)
	$$(CC_$(1)) $$(GUEST_FLAGS) -static -o $$@ $$< -lpthread
$(G)/$(1)/%-static-pie: tests/guests/%.c tests/guests/say.h
	@mkdir -p $$(@D)
	$$(CC_$(1)) $$(GUEST_FLAGS) -DRELOCATED=1 -fPIE -static-pie \
		-o $$@ $$< -lpthread
$(G)/$(1)/%-pie: tests/guests/%.c tests/guests/say.h
	@mkdir -p $$(@D)
	$$(CC_$(1)) $$(GUEST_FLAGS) -DRELOCATED=1 -DDYNAMIC=1 -fPIE -pie \
		-o $$@ $$< -lpthread
$(G)/$(1)/%-O0: tests/guests/%.c tests/guests/say.h
	@mkdir -p $$(@D)
	$$(CC_$(1)) $$(GUEST_FLAGS) -O0 -static -no-pie -o $$@ $$< -lpthread
$(G)/$(1)/%-O2: tests/guests/%.c tests/guests/say.h
	@mkdir -p $$(@D)
	$$(CC_$(1)) $$(GUEST_FLAGS) -O2 -static -no-pie -o $$@ $$< -lpthread
$(G)/$(1)/%.so: tests/guests/%.c
	@mkdir -p $$(@D)
	$$(CC_$(1)) $$(GUEST_FLAGS) -fPIC -shared -o $$@ $$<
$(G)/$(1)/spots $(G)/$(1)/spots-O0 $(G)/$(1)/spots-O2 $(G)/$(1)/spots-pie \
	$(G)/$(1)/spots-static-pie: tests/guests/spots_far.h
$(G)/$(1)/%: tests/guests/%.c tests/guests/say.h
	@mkdir -p $$(@D)
	$$(CC_$(1)) $$(GUEST_FLAGS) -static -no-pie -o $$@ $$< -lpthread -lm
endef
$(foreach a,$(ARCHES),$(eval $(call guest_rules,$(a))))

# Compared with Valgrind's lackey, all of x86_64: tests/guests/lackey.
L := tests/guests/lackey
GUESTS_LACKEY := $(patsubst $(L)/%,$(G)/lackey/%,\
	$(basename $(wildcard $(L)/*.S $(L)/*.c)))
GUESTS += $(GUESTS_LACKEY)
$(G)/lackey/%: $(L)/%.S $(L)/lackey.inc
	@mkdir -p $(@D)
	$(CC_x86_64) -nostdlib -static -no-pie -Wa,-I$(L) -o $@ $<
$(G)/lackey/loops: $(L)/loops.c
	@mkdir -p $(@D)
	$(CC_x86_64) -O3 -mavx2 -Wall -Wextra -ffreestanding -fno-builtin \
		-fno-stack-protector -nostdlib -static -no-pie -o $@ $<
$(G)/lackey/%: $(L)/%.c
	@mkdir -p $(@D)
	$(CC_x86_64) $(GUEST_FLAGS) -O2 -static -no-pie -o $@ $<

# Held against the architecture's manual, all of aarch64: tests/guests/manual.
M := tests/guests/manual
GUESTS_MANUAL := $(patsubst $(M)/%.S,$(G)/manual/%,$(wildcard $(M)/*.S))
GUESTS += $(GUESTS_MANUAL)
$(G)/manual/%: $(M)/%.S $(M)/manual.inc
	@mkdir -p $(@D)
	$(CC_aarch64) -nostdlib -static -no-pie -Wa,-I$(M) -o $@ $<

include tests/races/races.mk

# --- the oracle and other helpers ------------------------------------------
ORACLE := $(T)/oracle.so
$(ORACLE): tests/oracle/oracle.c
	@mkdir -p $(@D)
	$(COMPILE) -std=gnu11 $(OPT) $(WARN) -shared -fPIC -fvisibility=hidden \
		-o $@ $<

HELPERS := $(patsubst tests/helpers/%.c,$(T)/helpers/%,\
	$(wildcard tests/helpers/*.c))
$(T)/helpers/%: tests/helpers/%.c $(BUILD)/libmemtrace.a
	@mkdir -p $(@D)
	$(COMPILE) $(CFLAGS_ALL) $(call part_includes,trace) $(LDFLAGS) -o $@ $< \
		$(BUILD)/libmemtrace.a $(LIBS_TRACE)

$(T)/helpers/ask_%: tests/helpers/ask_%.c $(OBJ_analysis) \
		$(OBJ_symbols) $(OBJ_guests) $(BUILD)/libmemtrace.a
	@mkdir -p $(@D)
	$(COMPILE) $(CFLAGS_ALL) $(call part_includes,analysis) $(LDFLAGS) -o $@ \
		$(filter %.c %.o %.a,$^) $(LIBS_CLI)

# --- unit tests: tests/unit/FOLDER_NAME.c is linked with that folder -------
UNITS := $(patsubst tests/unit/%.c,$(T)/unit/%,$(wildcard tests/unit/*.c))
unit_link = $(COMPILE) $(CFLAGS_ALL) $(DEFS) $(1) $(LDFLAGS) -o $@ \
	$(filter %.c %.o %.a,$^) -lcmocka $(LIBS_CLI) -lpthread

$(T)/unit/base_%: tests/unit/base_%.c $(OBJ_base)
	@mkdir -p $(@D)
	$(call unit_link,$(call part_includes,base))
$(T)/unit/trace_%: tests/unit/trace_%.c $(BUILD)/libmemtrace.a
	@mkdir -p $(@D)
	$(call unit_link,$(call part_includes,trace))
$(T)/unit/channel_%: tests/unit/channel_%.c $(OBJ_channel) $(OBJ_base)
	@mkdir -p $(@D)
	$(call unit_link,$(call part_includes,channel))
$(T)/unit/guests_%: tests/unit/guests_%.c $(OBJ_guests)
	@mkdir -p $(@D)
	$(call unit_link,$(call part_includes,guests))
# The plugin with a QEMU that does nothing, its checks, and calls of the system
# that fail where a test says so.
FAKE := tests/plugin
CHECKED_plugin := $(patsubst $(BUILD)/%,$(T)/checked/%,$(OBJ_plugin))
$(T)/checked/plugin/%.o: plugin/%.c
	@mkdir -p $(@D)
	$(COMPILE) $(CFLAGS_ALL) $(DEFS) $(PIC) $(call part_includes,plugin) -c -o $@ $<
WRAPPED := malloc calloc realloc reallocarray strdup asprintf open read \
	readlink stat shmctl madvise process_vm_readv elf_begin gelf_getphdr \
	memmem statx
wrap = $(addprefix -Wl$(comma)--wrap=,$(1))
comma := ,
$(T)/unit/plugin_%: tests/unit/plugin_%.c $(FAKE)/qemu_fake.c $(FAKE)/failing.c \
		$(wildcard $(FAKE)/*.h) \
		$(CHECKED_plugin) $(OBJ_channel) $(OBJ_guests) $(OBJ_base)
	@mkdir -p $(@D)
	$(call unit_link,$(call part_includes,plugin) -I$(FAKE) \
		$(call wrap,$(WRAPPED)))
FAILING_PLUGIN := $(T)/failing/qemu-memtrace.so
$(FAILING_PLUGIN): $(FAKE)/failing_plugin.c $(FAKE)/failing.c \
		$(FAKE)/failing.h \
		$(CHECKED_plugin) $(OBJ_channel) $(OBJ_guests) $(OBJ_base)
	@mkdir -p $(@D)
	$(COMPILE) $(CFLAGS_ALL) $(PIC) $(LDFLAGS) -shared -Wl,-z,now \
		$(call wrap,$(WRAPPED) qemu_plugin_register_atexit_cb) -o $@ \
		$(filter %.c %.o,$^) $(LIBS_ELF)
-include $(CHECKED_plugin:.o=.d)
$(T)/unit/recorder_%: tests/unit/recorder_%.c $(OBJ_recorder) \
		$(OBJ_channel) $(BUILD)/libmemtrace.a
	@mkdir -p $(@D)
	$(call unit_link,$(call part_includes,recorder))
$(T)/unit/symbols_%: tests/unit/symbols_%.c $(OBJ_symbols) $(OBJ_guests) \
		$(OBJ_base)
	@mkdir -p $(@D)
	$(call unit_link,$(call part_includes,symbols))
$(T)/unit/analysis_%: tests/unit/analysis_%.c $(OBJ_analysis) $(OBJ_symbols) \
		$(OBJ_guests) $(BUILD)/libmemtrace.a
	@mkdir -p $(@D)
	$(call unit_link,$(call part_includes,analysis))
$(T)/unit/races_%: tests/unit/races_%.c $(OBJ_races) $(OBJ_analysis) \
		$(OBJ_symbols) $(OBJ_guests) $(BUILD)/libmemtrace.a
	@mkdir -p $(@D)
	$(call unit_link,$(call part_includes,races))
# What docs/analyses.md shows.
$(T)/unit/analysis_example: examples/line_crossings.c
$(T)/unit/analysis_example: PART_analysis += examples
$(T)/unit/cli_%: tests/unit/cli_%.c \
		$(filter-out $(BUILD)/cli/main.o,$(OBJ_cli)) $(OBJ_behind_cli) \
		$(BUILD)/libmemtrace.a
	@mkdir -p $(@D)
	$(call unit_link,$(call part_includes,cli))
# What record tells the plugin, the plugin must read.
$(T)/unit/cli_record_options: $(BUILD)/plugin/life/plugin_options.o
$(T)/unit/cli_record_options: PART_cli += plugin/life

# --- the command with the report of docs/analyses.md -----------------------
# What the manual tells to do: a row more in the table of reports.
E := $(T)/example
EXAMPLE_OBJ := $(addprefix $(E)/,reports.o report_crossings.o line_crossings.o)
$(E)/reports.h: cli/report/reports.h
	@mkdir -p $(@D)
	sed 's/^#define REPORTS(REPORT) .*/&\n    REPORT(crossings) \\/' $< >$@
$(E)/reports.c: cli/report/reports.c
	@mkdir -p $(@D)
	cp $< $@
$(E)/%.o: $(E)/%.c $(E)/reports.h
	$(CC) $(CFLAGS_ALL) -I$(E) -Iexamples $(INC_cli/report) -c -o $@ $<
$(E)/%.o: examples/%.c $(E)/reports.h
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_ALL) -I$(E) -Iexamples $(INC_cli/report) -c -o $@ $<
$(E)/memtrace: $(filter-out $(BUILD)/cli/report/reports.o,$(OBJ_cli)) \
		$(EXAMPLE_OBJ) $(OBJ_behind_cli) $(BUILD)/libmemtrace.a
	$(CC) $(OPT) $(LDFLAGS) -o $@ $^ $(LIBS_CLI) -lpthread
-include $(EXAMPLE_OBJ:.o=.d)

# Programs that the tests of the command call, such as a writer of traces.
CLI_HELPERS := $(patsubst tests/cli/%.c,$(T)/cli/%,$(wildcard tests/cli/*.c))
$(T)/cli/%: tests/cli/%.c $(BUILD)/libmemtrace.a
	@mkdir -p $(@D)
	$(COMPILE) $(CFLAGS_ALL) $(DEFS) $(call part_includes,trace) $(LDFLAGS) -o $@ $< \
		$(BUILD)/libmemtrace.a $(LIBS_TRACE) -lpthread

-include $(wildcard $(T)/unit/*.d $(T)/cli/*.d $(T)/helpers/*.d)

include tests/builds.mk

.PHONY: check check-quick check-build check-programs check-qemu
check-programs: $(UNITS) $(CLI_HELPERS) $(HELPERS) $(E)/memtrace $(FAILING_PLUGIN)
check-build: all check-programs $(GUESTS) $(ORACLE) races-build
check: check-build
	@BUILD=$(BUILD) tests/run
# What is known in a minute: no other build, no other QEMU, and two guests.
QUICK := 'unit/*' 'cli/*' lint/format lint/scripts lint/tree lint/documents \
	lint/guests lint/circles \
	integration/accesses integration/race_example integration/exits
QUICK_GUESTS := x86_64 aarch64
check-quick: all check-programs $(foreach a,$(QUICK_GUESTS),\
		$(addprefix $(G)/$(a)/,accesses race exits))
	@BUILD=$(BUILD) MEMTRACE_TEST_GUESTS="$(QUICK_GUESTS)" tests/run $(QUICK)
# On every QEMU that is there; the last lines are a table.
check-qemu: check-build
	@BUILD=$(BUILD) tests/matrix

# What takes long, and what else there is of docs/reliability.md: it ends with
# a line for each promise, which the tests print.
TORTURE := 'torture/*' $(addprefix integration/,undisturbed nothing_lost \
	recorder_ends record_stops keep_last follow_exec jit private) \
	unit/trace_keep unit/trace_damage unit/trace_cut unit/trace_values \
	unit/trace_digest_damage cli/damage \
	unit/recorder_instructions lint/fuzz lint/sanitize
.PHONY: torture
torture: check-build
	@BUILD=$(BUILD) TEST_LOG=torture TEST_LIMIT=7200 TEST_WHOLE=1 TEST_PART=1 \
		tests/run -j 1 $(TORTURE); status=$$?; \
		sed -n 's/^promise: //p' $(T)/log-torture/*.log; exit $$status

# Writes the C files as tests/lint/format.sh wants them.
.PHONY: format
format:
	clang-format -i $(shell git ls-files '*.[ch]')
