/* SPDX-License-Identifier: Apache-2.0 */
/* A configuration file, and what each command makes of it; the same text as a variable's value. */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/config.h"

static const char *const calls[][3] = {
    {"backup", "single", "shop"},   {"backup", "cluster", NULL}, {"restore", "single", "f.sql"},
    {"restore", "cluster", "f.gz"}, {"verify", "f.sql", NULL},   {"list", "folder", NULL},
};

static void parse(const ConfigPlaces *places)
{
    for (size_t i = 0; i < ARRAY_LENGTH(calls); i++) {
        char *argv[] = {(char *)calls[i][0], (char *)calls[i][1], (char *)calls[i][2], NULL};
        int argc = argv[2] == NULL ? 2 : 3;
        Options options = {0};
        Error err = {0};
        bool ok = options_parse(argc, argv, places, &options, &err);

        fuzz_check_verdict(ok, &err);
        options_free(&options);
    }
}

/* A file in memory with these bytes, which is not to be written by others; its name is in path. */
static int memory_file(const uint8_t *data, size_t size, char path[static 32])
{
    int fd = memfd_create("config", MFD_CLOEXEC);

    FUZZ_ASSERT(fd >= 0 && fchmod(fd, S_IRUSR | S_IWUSR) == 0);
    FUZZ_ASSERT(write(fd, data, size) == (ssize_t)size);
    (void)snprintf(path, 32, "/proc/self/fd/%d", fd);
    return fd;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = {"JOBS",    "COMPRESS", "TABLE",   "HOST",
                                        "SECTION", "PORT",     "VERBOSE", "NONE_OF_US"};
    char *text = fuzz_text(data, size);
    char path[32];
    char *variable;
    int fd;

    fd = memory_file(data, size, path);
    parse(&(ConfigPlaces){.environment = (char *[]){NULL}, .system_file = path, .user_file = ""});
    (void)close(fd);
    FUZZ_ASSERT(asprintf(&variable, "DBBACKUP_%s=%s",
                         size == 0 ? "JOBS" : names[data[0] % ARRAY_LENGTH(names)], text) >= 0);
    parse(&(ConfigPlaces){.environment = (char *[]){variable, NULL},
                          .system_file = "/dev/null/none",
                          .user_file = ""});
    free(variable);
    free(text);
    return 0;
}
