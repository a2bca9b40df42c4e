# qemu-memtrace: builds ./memtrace and ./qemu-memtrace.so, objects in build/.
#
#   make            both, and the library
#   make check      every test
#   make install    PREFIX=/usr/local
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
CFLAGS_ALL = -std=gnu11 $(OPT) $(WARN) -D_GNU_SOURCE $(DEPS) $(CFLAGS)

VERSION := 0.1.0
DEFS = -DMEMTRACE_VERSION='"$(VERSION)"'

LIBS_TRACE := -lzstd -lxxhash
LIBS_ELF := -lelf
LIBS_SYMBOLS := -ldw -lelf -liberty

# folder: the folders it may include from
INC_channel := -Ichannel
INC_plugin := -Iplugin -Ichannel
INC_trace := -Itrace
INC_recorder := -Irecorder -Ichannel -Itrace
INC_symbols := -Isymbols
INC_analysis := -Ianalysis -Isymbols -Itrace
INC_cli := -Icli -Irecorder -Ichannel -Ianalysis -Isymbols -Itrace

SRC_channel := $(wildcard channel/*.c)
SRC_plugin := $(wildcard plugin/*.c plugin/*/*.c)
SRC_trace := $(wildcard trace/*.c)
SRC_recorder := $(wildcard recorder/*.c)
SRC_symbols := $(wildcard symbols/*.c)
SRC_analysis := $(wildcard analysis/*.c)
SRC_cli := $(wildcard cli/*.c)

obj = $(patsubst %.c,$(BUILD)/%.o,$(1))
OBJ_channel := $(call obj,$(SRC_channel))
OBJ_plugin := $(call obj,$(SRC_plugin))
OBJ_trace := $(call obj,$(SRC_trace))
OBJ_recorder := $(call obj,$(SRC_recorder))
OBJ_symbols := $(call obj,$(SRC_symbols))
OBJ_analysis := $(call obj,$(SRC_analysis))
OBJ_cli := $(call obj,$(SRC_cli))
# All of ./memtrace but the command itself.
OBJ_behind_cli := $(OBJ_recorder) $(OBJ_channel) $(OBJ_analysis) $(OBJ_symbols)
LIBS_CLI := $(LIBS_TRACE) $(LIBS_SYMBOLS) -lm

.PHONY: all
all: memtrace qemu-memtrace.so $(BUILD)/libmemtrace.a

memtrace: $(OBJ_cli) $(OBJ_behind_cli) $(BUILD)/libmemtrace.a
	$(CC) $(OPT) $(LDFLAGS) -o $@ $^ $(LIBS_CLI) -lpthread

qemu-memtrace.so: $(OBJ_plugin) $(OBJ_channel)
	$(CC) $(OPT) $(LDFLAGS) -shared -Wl,-z,now -o $@ $^ $(LIBS_ELF)

$(BUILD)/libmemtrace.a: $(OBJ_trace)
	@rm -f $@
	$(AR) rcs $@ $^

# One rule a folder: what it may include differs.
define folder_rule
$(BUILD)/$(1)/%.o: $(1)/%.c
	@mkdir -p $$(@D)
	$$(CC) $$(CFLAGS_ALL) $$(DEFS) $$(FLAGS_$(1)) $$(INC_$(1)) -c -o $$@ $$<
endef
# The plugin is loaded into QEMU: nothing of it is seen but what QEMU asks
# for, and its thread-local cursor is found without a call.
PIC := -fPIC -fvisibility=hidden -ftls-model=initial-exec
FLAGS_channel := $(PIC)
FLAGS_plugin := $(PIC)
FLAGS_trace := -fPIC
$(foreach d,channel plugin trace recorder symbols analysis cli,$(eval $(call folder_rule,$(d))))

-include $(patsubst %.o,%.d,$(OBJ_channel) $(OBJ_plugin) $(OBJ_trace) \
	$(OBJ_behind_cli) $(OBJ_cli))

-include tests/tests.mk
-include fuzz/fuzz.mk
-include bench/bench.mk

.PHONY: install
install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/lib \
		$(DESTDIR)$(PREFIX)/lib/qemu-memtrace \
		$(DESTDIR)$(PREFIX)/include \
		$(DESTDIR)$(PREFIX)/share/man/man1 \
		$(DESTDIR)$(PREFIX)/share/man/man5
	install -m 755 memtrace $(DESTDIR)$(PREFIX)/bin/
	install -m 755 qemu-memtrace.so \
		$(DESTDIR)$(PREFIX)/lib/qemu-memtrace/
	install -m 644 $(BUILD)/libmemtrace.a $(DESTDIR)$(PREFIX)/lib/
	install -m 644 trace/memtrace.h $(DESTDIR)$(PREFIX)/include/
	install -m 644 docs/*.1 $(DESTDIR)$(PREFIX)/share/man/man1/
	install -m 644 docs/*.5 $(DESTDIR)$(PREFIX)/share/man/man5/

.PHONY: clean
clean:
	rm -rf $(BUILD) memtrace qemu-memtrace.so
