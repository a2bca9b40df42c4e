# qemu-memtrace: builds ./memtrace and ./qemu-memtrace.so, objects in build/.
#
#   make            both, and the library
#   make check      every test
#   make install    see install.mk
#
# Each folder is compiled with include paths to the folders that it may use
# and to no other (see docs/architecture.md), so that a dependency that runs
# backwards does not build.

CC ?= gcc
PKG_CONFIG ?= pkg-config
PREFIX ?= /usr/local
BUILD ?= build

OPT ?= -O2 -g
WARN ?= -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes
# In the .d files BUILD is not spelt out: what was built by its relative name is
# known by its absolute one.
DEPS = -MMD -MP -MT '$$(BUILD)/$(patsubst $(BUILD)/%,%,$@)'
# What the compiler says of a file is kept beside what it makes of it.
COMPILE = tools/keep-warnings $@ $(CC)
CFLAGS_ALL = -std=gnu11 $(OPT) $(WARN) -D_GNU_SOURCE $(DEPS) $(CFLAGS)

version_part = $(shell sed -n 's/^.define MEMTRACE_VERSION_$(1) //p' \
	trace/memtrace.h)
VERSION_MAJOR := $(call version_part,MAJOR)
VERSION := $(VERSION_MAJOR).$(call version_part,MINOR).$(call \
	version_part,PATCH)
DEFS = -DMEMTRACE_VERSION='"$(VERSION)"'

LIBS_TRACE := -lzstd -lxxhash
LIBS_ELF := -lelf
LIBS_SYMBOLS := -ldw -lelf -liberty

# The folders of each part, and which others each of them may include from: a
# line a folder.  Where a folder has no line here it does not build.
GUESTS_FOLDERS := guests guests/numbers
PLUGIN := plugin/qemu plugin/arch plugin/life plugin/memory plugin/access \
	plugin/calls plugin
ANALYSIS := analysis/memory analysis/names analysis/code analysis analysis/heap \
	analysis/counts
RACES := races/base races/code races/digest races/order races/scan \
	races/detect races/report races
CLI_BASE := cli/base
CLI_READ := cli/base cli/table cli/read
CLI := cli/base cli/table cli/read cli/record cli/dump cli/info cli/report cli/races cli

USES_base :=
USES_channel := base
USES_guests :=
USES_guests/numbers := guests
USES_plugin/qemu :=
USES_plugin/arch := plugin/qemu channel guests base
USES_plugin/life := plugin/qemu plugin/arch channel guests base
USES_plugin/memory := plugin/life plugin/qemu plugin/arch channel guests base
USES_plugin/access := plugin/memory plugin/life plugin/qemu plugin/arch \
	channel guests base
USES_plugin/calls := plugin/access plugin/memory plugin/life plugin/qemu \
	plugin/arch channel guests base
USES_plugin := $(filter-out plugin,$(PLUGIN)) channel guests base
USES_trace := base
USES_recorder := channel trace base
USES_symbols := guests base
USES_analysis/memory := trace base
USES_analysis/names := analysis/memory symbols trace guests base
USES_analysis/code := symbols base
USES_analysis := analysis/names symbols trace base
USES_analysis/heap := analysis/names symbols trace base
USES_analysis/counts := analysis analysis/heap analysis/memory analysis/names symbols trace base
USES_races/base := analysis/memory trace base
USES_races/code := analysis/code symbols trace base
USES_races/digest := races/base trace base
USES_races/order := races/base trace guests base
USES_races/scan := races/order races/base analysis trace guests base
USES_races/detect := races/scan races/order races/base analysis trace guests base
USES_races/report := races/base races/code races/order analysis/code \
	analysis/names analysis/heap symbols trace guests base
USES_races := races/detect races/scan races/order races/report races/code \
	races/base analysis analysis/code analysis/names analysis/heap symbols trace \
	guests base
USES_cli/base := base
USES_cli/table := cli/base base
USES_cli/read := cli/base analysis analysis/memory analysis/names symbols trace base
USES_cli/record := $(CLI_READ) races/digest recorder channel symbols trace \
	guests base
USES_cli/dump := $(CLI_READ) $(ANALYSIS) symbols trace base
USES_cli/info := $(CLI_READ) analysis/names trace base
USES_cli/report := $(CLI_READ) $(ANALYSIS) symbols trace base
USES_cli/races := $(CLI_READ) races/base races/code races/report races \
	analysis/code analysis/names analysis/heap channel symbols trace base
USES_cli := cli/base base

FOLDERS := base channel $(GUESTS_FOLDERS) $(PLUGIN) trace recorder symbols $(ANALYSIS) $(RACES) \
	$(CLI)
$(foreach d,$(FOLDERS),$(eval INC_$(d) := -I$(d) $(addprefix -I,$(USES_$(d)))))

# For tests and fuzz targets, which look into a part as a whole.
PART_base := base
PART_channel := channel base
PART_guests := $(GUESTS_FOLDERS) base
PART_plugin := $(PLUGIN) channel guests base
PART_trace := trace base
PART_recorder := recorder channel trace base
PART_symbols := symbols guests base
PART_analysis := $(ANALYSIS) symbols guests trace base
PART_races := $(RACES) $(PART_analysis)
PART_cli := $(CLI) recorder channel $(PART_races)
part_includes = $(addprefix -I,$(PART_$(1)))

source = $(wildcard $(addsuffix /*.c,$(1)))
obj = $(patsubst %.c,$(BUILD)/%.o,$(1))
OBJ_base := $(call obj,$(call source,base))
OBJ_channel := $(call obj,$(call source,channel))
OBJ_guests := $(call obj,$(call source,$(GUESTS_FOLDERS)))
OBJ_plugin := $(call obj,$(call source,$(PLUGIN)))
OBJ_trace := $(call obj,$(call source,trace))
OBJ_recorder := $(call obj,$(call source,recorder))
OBJ_symbols := $(call obj,$(call source,symbols))
OBJ_analysis := $(call obj,$(call source,$(ANALYSIS)))
OBJ_races := $(call obj,$(call source,$(RACES)))
OBJ_cli := $(call obj,$(call source,$(CLI)))
# All of ./memtrace but the command itself.
OBJ_behind_cli := $(OBJ_recorder) $(OBJ_channel) $(OBJ_races) $(OBJ_analysis) \
	$(OBJ_symbols) $(OBJ_guests) $(OBJ_base)
LIBS_CLI := $(LIBS_TRACE) $(LIBS_SYMBOLS) -lm

.PHONY: all
all: memtrace qemu-memtrace.so library

memtrace: $(OBJ_cli) $(OBJ_behind_cli) $(BUILD)/libmemtrace.a
	$(CC) $(OPT) $(LDFLAGS) -o $@ $^ $(LIBS_CLI) -lpthread

qemu-memtrace.so: $(OBJ_plugin) $(OBJ_channel) $(OBJ_guests) $(OBJ_base)
	$(CC) $(OPT) $(LDFLAGS) -shared -Wl,-z,now -o $@ $^ $(LIBS_ELF)

$(BUILD)/libmemtrace.a: $(OBJ_trace) $(OBJ_base)
	@rm -f $@
	$(AR) rcs $@ $^

# One rule a folder: what it may include differs.
define folder_rule
$(BUILD)/$(1)/%.o: $(1)/%.c
	@mkdir -p $$(@D)
	$$(COMPILE) $$(CFLAGS_ALL) $$(DEFS) $$(FLAGS_$(1)) $$(INC_$(1)) -c -o $$@ $$<
endef
# The plugin is loaded into QEMU: nothing of it is seen but what QEMU asks
# for, and its thread-local cursor is found without a call.
PIC := -fPIC -fvisibility=hidden -ftls-model=initial-exec
$(foreach d,base channel $(GUESTS_FOLDERS) $(PLUGIN),$(eval FLAGS_$(d) := $(PIC)))
# Nothing of it ends the guest: see base/check.h.
$(foreach d,$(PLUGIN),$(eval FLAGS_$(d) += -DCHECK_OFF))
FLAGS_trace := -fPIC
$(foreach d,$(FOLDERS),$(eval $(call folder_rule,$(d))))

# Text that is compiled in: the compiler does not tell of it.
$(BUILD)/analysis/code/builtin_rules.o: analysis/code/builtin.rules

-include $(patsubst %.o,%.d,$(OBJ_plugin) $(OBJ_trace) $(OBJ_behind_cli) \
	$(OBJ_cli))

include install.mk
-include tests/tests.mk
-include fuzz/fuzz.mk
-include bench/bench.mk

.PHONY: clean
clean:
	rm -rf $(BUILD) memtrace qemu-memtrace.so

# For the checks that compile nothing: every folder of the product, a line each.
.PHONY: print-folders
print-folders:
	@printf '%s\n' $(FOLDERS)
