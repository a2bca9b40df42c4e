# install.mk: libmemtrace as programs outside get it, and what make install
# puts where.
#
#   make install    PREFIX=/usr/local, DESTDIR= for packages
#   make uninstall  takes away what make install with the same PREFIX put there
#
# $(BUILD)/libmemtrace.a, with all that is behind memtrace.h, is for the tree
# alone.  What is installed is made of the same objects, and shows the functions
# that trace/libmemtrace.map lists and nothing else.

OBJCOPY ?= objcopy

# The library's name changes with the major version, and with nothing else.
SONAME := libmemtrace.so.$(VERSION_MAJOR)
LIB := $(BUILD)/lib
LIB_SHARED := $(LIB)/libmemtrace.so.$(VERSION)
LIB_STATIC := $(LIB)/libmemtrace.a
LIB_OBJECTS := $(OBJ_trace) $(OBJ_base)

.PHONY: library
library: $(LIB_SHARED) $(LIB_STATIC)

$(LIB_SHARED): $(LIB_OBJECTS) trace/libmemtrace.map
	@mkdir -p $(@D)
	$(CC) $(OPT) $(LDFLAGS) -shared -Wl,-soname,$(SONAME) -Wl,-z,defs \
		-Wl,--version-script=trace/libmemtrace.map -o $@ $(LIB_OBJECTS) \
		$(LIBS_TRACE)
	@ln -sf $(@F) $(@D)/$(SONAME)
	@ln -sf $(SONAME) $(@D)/libmemtrace.so

# One object, in which all names but those of the list are its own: those that
# base/ and trace/ give each other cannot meet a program's.
$(LIB_STATIC): $(LIB_OBJECTS) trace/libmemtrace.map
	@mkdir -p $(@D)
	sed -n 's/^\t\(memtrace_.*\);$$/\1/p' trace/libmemtrace.map >$@.names
	$(CC) -r -nostdlib -o $@.o $(LIB_OBJECTS)
	$(OBJCOPY) --keep-global-symbols=$@.names $@.o
	@rm -f $@
	$(AR) rcs $@ $@.o

# What is installed, a line a file: the mode, where under PREFIX, which.
define INSTALLED
755 bin memtrace
755 lib/qemu-memtrace qemu-memtrace.so
755 lib $(LIB_SHARED)
644 lib $(LIB_STATIC)
644 include trace/memtrace.h
$(foreach section,1 3 5,$(foreach page,$(wildcard docs/*.$(section)),
644 share/man/man$(section) $(page)))
endef

.PHONY: install uninstall
install: export INSTALLED := $(INSTALLED)
install: all
	@echo "$$INSTALLED" | while read -r mode folder file; do \
		[ "$$mode" ] || continue; \
		install -D -m "$$mode" "$$file" \
			"$(DESTDIR)$(PREFIX)/$$folder/$${file##*/}" || exit 1; \
	done
	install -d $(DESTDIR)$(PREFIX)/lib/pkgconfig
	sed 's|@PREFIX@|$(PREFIX)|; s|@VERSION@|$(VERSION)|' \
		trace/libmemtrace.pc.in \
		>$(DESTDIR)$(PREFIX)/lib/pkgconfig/libmemtrace.pc
	ln -sf $(notdir $(LIB_SHARED)) $(DESTDIR)$(PREFIX)/lib/$(SONAME)
	ln -sf $(SONAME) $(DESTDIR)$(PREFIX)/lib/libmemtrace.so

uninstall: export INSTALLED := $(INSTALLED)
uninstall:
	@echo "$$INSTALLED" | while read -r mode folder file; do \
		[ "$$mode" ] || continue; \
		rm -f "$(DESTDIR)$(PREFIX)/$$folder/$${file##*/}"; \
	done
	rm -f $(DESTDIR)$(PREFIX)/lib/$(SONAME) \
		$(DESTDIR)$(PREFIX)/lib/libmemtrace.so \
		$(DESTDIR)$(PREFIX)/lib/pkgconfig/libmemtrace.pc
	@rmdir $(DESTDIR)$(PREFIX)/lib/qemu-memtrace 2>/dev/null || true
