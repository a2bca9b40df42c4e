/* SPDX-License-Identifier: GPL-2.0-or-later */
/* units.c - see units.h. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "units.h"

const char *units_grouped(uint64_t value, char text[UNITS_TEXT_MAX])
{
    char digits[24];
    size_t n = (size_t)snprintf(digits, sizeof(digits), "%" PRIu64, value);
    size_t used = 0;

    for (size_t i = 0; i < n; i++) {
        if (i && (n - i) % 3 == 0) {
            text[used++] = ',';
        }
        text[used++] = digits[i];
    }
    text[used] = '\0';
    return text;
}

const char *units_seconds(uint64_t time_ns, char text[UNITS_TEXT_MAX])
{
    snprintf(text, UNITS_TEXT_MAX, "%" PRIu64 ".%06" PRIu64,
             time_ns / 1000000000u, time_ns % 1000000000u / 1000);
    return text;
}

const char *units_size(uint64_t size_bytes, char text[UNITS_TEXT_MAX])
{
    static const char *const units[] = {"KiB", "MiB", "GiB",
                                        "TiB", "PiB", "EiB"};
    double value = (double)size_bytes / 1024;
    size_t i = 0;

    if (size_bytes < 1024) {
        snprintf(text, UNITS_TEXT_MAX, "%" PRIu64 " B", size_bytes);
        return text;
    }
    /* What would be rounded to 1024.0 is 1.0 of the next. */
    while (value >= 1023.95 && i + 1 < sizeof(units) / sizeof(units[0])) {
        value /= 1024;
        i++;
    }
    snprintf(text, UNITS_TEXT_MAX, "%.1f %s", value, units[i]);
    return text;
}

const char *units_date(uint64_t unix_ns, char text[UNITS_TEXT_MAX])
{
    time_t seconds = (time_t)(unix_ns / 1000000000u);
    struct tm parts;

    if (!gmtime_r(&seconds, &parts) ||
        !strftime(text, UNITS_TEXT_MAX, "%Y-%m-%d %H:%M:%S UTC", &parts)) {
        snprintf(text, UNITS_TEXT_MAX, "-");
    }
    return text;
}
