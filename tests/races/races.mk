# races.mk: the programs with and without data races, tests/races/README.md.
#
#   make races-build                the part that make check runs
#   make check-races                all of them: static and dynamic, -O0 and
#                                   -O2; for other guests static

R := $(T)/races
RACES_ARCHES := x86_64 aarch64
RACES_PART := static-O0 dynamic-O2
RACES_REST := static-O2 dynamic-O0
RACES_GUESTS := $(filter-out $(RACES_ARCHES),$(ARCHES))
RACES_GUESTS_PART := some
RACES_HEADERS := $(wildcard tests/races/*.h)
RACES_SOURCES := $(wildcard tests/races/*.c tests/races/*.cc tests/races/*.S)

# races_of ARCH HOW: where those programs are built.
races_of = $(addprefix $(R)/$(1)/$(2)/,$(shell tests/races/programs $(1) $(2)))
RACES_BUILT := $(foreach a,$(RACES_ARCHES),$(foreach h,$(RACES_PART),\
	$(call races_of,$(a),$(h))))
# Those of other guests: "some" are of static-O0.
RACES_BUILT += $(foreach a,$(RACES_GUESTS),$(foreach h,$(RACES_GUESTS_PART),\
	$(addprefix $(R)/$(a)/$(h:some=static-O0)/,\
	$(shell tests/races/programs $(a) $(h)))))

define races_rules
$(R)/$(1)/%: tests/races/%.$(2) $(RACES_HEADERS)
	tests/races/compile $$< $$@
$(R)/$(1)/%-racy: tests/races/%.$(2) $(RACES_HEADERS)
	tests/races/compile $$< $$@
endef
$(foreach a,$(RACES_ARCHES),$(foreach h,$(RACES_PART) $(RACES_REST),\
	$(foreach e,c cc S,$(eval $(call races_rules,$(a)/$(h),$(e))))))
$(foreach a,$(RACES_GUESTS),$(foreach h,static-O0 static-O2,\
	$(eval $(call races_rules,$(a)/$(h),c))))

.PHONY: races-build check-races
races-build: $(RACES_BUILT)
check-races: all
	$(MAKE) RACES_PART="$(RACES_PART) $(RACES_REST)" \
		RACES_GUESTS_PART="static-O0 static-O2" races-build
	@BUILD=$(BUILD) MEMTRACE_TEST_RACES="$(RACES_PART) $(RACES_REST)" \
		tests/run 'integration/races_*'
