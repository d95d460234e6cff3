/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Instead of libFuzzer, where it isn't asked for: runs the target on each file of the folders that
 * are named. So every build tests what the fuzzer begins with, and what it once found.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "fuzz.h"

/* Only libFuzzer mutates; this is for the linker. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t room)
{
    (void)data;
    return size < room ? size : room;
}

static void run_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    struct stat status;
    uint8_t *bytes;

    FUZZ_ASSERT(file != NULL && fstat(fileno(file), &status) == 0);
    /* Of just that size, so that a sanitizer sees who reads behind it. */
    bytes = malloc((size_t)status.st_size + (status.st_size == 0));
    FUZZ_ASSERT(bytes != NULL);
    FUZZ_ASSERT(fread(bytes, 1, (size_t)status.st_size, file) == (size_t)status.st_size);
    (void)fclose(file);
    (void)LLVMFuzzerTestOneInput(bytes, (size_t)status.st_size);
    free(bytes);
}

/* How many files there were; a folder that isn't there has none. */
static int run_folder(const char *name)
{
    DIR *folder = opendir(name);
    const struct dirent *file;
    int n = 0;

    while (folder != NULL && (file = readdir(folder)) != NULL) {
        char *path;

        if (file->d_name[0] == '.') {
            continue;
        }
        FUZZ_ASSERT(asprintf(&path, "%s/%s", name, file->d_name) >= 0);
        (void)fprintf(stderr, "%s\n", path);
        run_file(path);
        free(path);
        n++;
    }
    if (folder != NULL) {
        (void)closedir(folder);
    }
    return n;
}

int main(int argc, char **argv)
{
    int n = 0;

    for (int i = 1; i < argc; i++) {
        n += run_folder(argv[i]);
    }
    (void)printf("%d files\n", n);
    return n > 0 ? 0 : 1;
}
