# builds.mk: all of the tree built in other ways, each in a folder of its own
# below $(BUILD), and what runs there.
#
#   make asan       unit tests, commands and recordings under AddressSanitizer
#                   and UndefinedBehaviorSanitizer
#   make tsan       the same under ThreadSanitizer
#   make coverage   which lines the tests run, folder by folder, without QEMU;
#                   make coverage-all with it
#
# By clang there is one build, for the sanitizers and for fuzz/ alike; what
# clang says of the tree is looked at there (lint/warnings).

CLANG ?= clang

ASAN_BUILD := $(BUILD)/asan
ASAN_OPT := -O1 -g -fno-omit-frame-pointer -fno-sanitize-recover=all \
	-fsanitize=address,undefined
TSAN_BUILD := $(BUILD)/tsan
TSAN_OPT := -O1 -g -fsanitize=thread
COVERAGE_BUILD := $(BUILD)/coverage
COVERAGE_OPT := -O0 -g --coverage -fprofile-update=atomic

# Several tests ask for a build at the same time: the first one makes it.
# $(call build_apart,FOLDER,VARIABLES,TARGETS)
define build_apart
	@mkdir -p $(1)
	+@flock $(1)/lock $(MAKE) -s BUILD=$(1) $(2) $(3)
endef

# Not the plugin itself, which is loaded into a QEMU that is not instrumented.
INSTRUMENTED := $(T)/memtrace $(LIB_STATIC) check-programs

.PHONY: asan-build tsan-build coverage-build
asan-build:
	$(call build_apart,$(ASAN_BUILD),CC="$(CLANG)" \
		OPT="$(ASAN_OPT) -fsanitize=fuzzer-no-link",asan-programs)
tsan-build:
	$(call build_apart,$(TSAN_BUILD),OPT="$(TSAN_OPT)",tsan-programs)
coverage-build:
	$(call build_apart,$(COVERAGE_BUILD),OPT="$(COVERAGE_OPT)",\
		coverage-programs)

# In the build's own make.  Plugin and oracle: for what clang says of them.
.PHONY: asan-programs tsan-programs coverage-programs
asan-programs: $(INSTRUMENTED) fuzz-programs $(OBJ_plugin) $(ORACLE)
tsan-programs: $(INSTRUMENTED)
coverage-programs: $(INSTRUMENTED) $(T)/qemu-memtrace.so

$(T)/memtrace: $(OBJ_cli) $(OBJ_behind_cli) $(BUILD)/libmemtrace.a
	@mkdir -p $(@D)
	$(CC) $(OPT) $(LDFLAGS) -o $@ $^ $(LIBS_CLI) -lpthread
$(T)/qemu-memtrace.so: $(OBJ_plugin) $(OBJ_channel) $(OBJ_guests) $(OBJ_base)
	@mkdir -p $(@D)
	$(CC) $(OPT) $(LDFLAGS) -shared -Wl,-z,now -o $@ $^ $(LIBS_ELF)

.PHONY: asan tsan coverage coverage-all
asan: check-build
	@BUILD=$(BUILD) tests/instrumented asan
tsan: check-build
	@BUILD=$(BUILD) tests/instrumented tsan
coverage:
	@BUILD=$(BUILD) tests/coverage
coverage-all: check-build
	@BUILD=$(BUILD) tests/coverage all
