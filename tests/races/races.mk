# races.mk: the programs with and without data races, tests/races/README.md.
#
#   make races-build                the part that make check runs
#   make check-races                all of them: static and dynamic, -O0 and -O2

R := $(T)/races
RACES_ARCHES := x86_64 aarch64
RACES_PART := static-O0 dynamic-O2
RACES_REST := static-O2 dynamic-O0
RACES_HEADERS := $(wildcard tests/races/*.h)
RACES_SOURCES := $(wildcard tests/races/*.c tests/races/*.cc tests/races/*.S)

# races_of ARCH HOW: where those programs are built.
races_of = $(addprefix $(R)/$(1)/$(2)/,$(shell tests/races/programs $(1) $(2)))
RACES_BUILT := $(foreach a,$(RACES_ARCHES),$(foreach h,$(RACES_PART),\
	$(call races_of,$(a),$(h))))

define races_rules
$(R)/$(1)/%: tests/races/%.$(2) $(RACES_HEADERS)
	tests/races/compile $$< $$@
$(R)/$(1)/%-racy: tests/races/%.$(2) $(RACES_HEADERS)
	tests/races/compile $$< $$@
endef
$(foreach a,$(RACES_ARCHES),$(foreach h,$(RACES_PART) $(RACES_REST),\
	$(foreach e,c cc S,$(eval $(call races_rules,$(a)/$(h),$(e))))))

.PHONY: races-build check-races
races-build: $(RACES_BUILT)
check-races: all
	$(MAKE) RACES_PART="$(RACES_PART) $(RACES_REST)" races-build
	@BUILD=$(BUILD) MEMTRACE_TEST_RACES="$(RACES_PART) $(RACES_REST)" \
		tests/run 'integration/races_*'
