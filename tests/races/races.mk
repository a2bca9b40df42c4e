# races.mk: the programs with and without data races, tests/races/README.md.
#
#   make races-build                the part that make check runs
#   make check-races                all of them: static and dynamic, -O0 and
#                                   -O2; for other guests static; x86_64 by the
#                                   other compilers and libcs that can be had

R := $(T)/races
RACES_ARCHES := x86_64 aarch64
RACES_PART := static-O0 dynamic-O2
RACES_REST := static-O2 dynamic-O0
# Those of other compilers and libcs, of what is there: LINK-OPT-TOOLS.
RACES_TREE := $(BUILD)/sysroot/trixie
RACES_OTHERS := static-O3-lto
ifneq ($(shell command -v musl-gcc),)
RACES_OTHERS += static-O0-musl static-O2-musl
endif
ifneq ($(shell command -v clang),)
RACES_OTHERS += static-O0-clang dynamic-O2-clang
endif
ifneq ($(wildcard $(RACES_TREE)/.complete),)
RACES_OTHERS += static-O0-gcc14 static-O2-gcc14 dynamic-O0-gcc14
endif
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
$(foreach h,$(RACES_OTHERS),$(foreach e,c cc S,\
	$(eval $(call races_rules,x86_64/$(h),$(e)))))
$(foreach a,$(RACES_GUESTS),$(foreach h,static-O0 static-O2,\
	$(eval $(call races_rules,$(a)/$(h),c))))

.PHONY: races-build races-tree races-others check-races
races-build: $(RACES_BUILT)
# Debian 13's compiler and libc, where there is a mirror that has them.
races-tree:
	-tools/make-sysroot -s trixie amd64 $(RACES_TREE) gcc-14 g++-14 libc6-dev
races-others: $(foreach h,$(RACES_OTHERS),$(call races_of,x86_64,$(h)))
	@echo "$(RACES_OTHERS)" >$(R)/others
check-races: all races-tree
	$(MAKE) RACES_PART="$(RACES_PART) $(RACES_REST)" \
		RACES_GUESTS_PART="static-O0 static-O2" races-build
	$(MAKE) races-others
	@BUILD=$(BUILD) MEMTRACE_TEST_RACES="$(RACES_PART) $(RACES_REST)" \
		MEMTRACE_TEST_RACES_OTHERS="$$(cat $(R)/others)" \
		tests/run 'integration/races_*'
