/* SPDX-License-Identifier: Apache-2.0 */
/* A command line: each line of the input is a word of it. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "cli/options.h"

enum { WORDS_MOST = 64 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *words[WORDS_MOST + 1] = {NULL};
    char *text = fuzz_text(data, size);
    Options options = {0};
    Error err = {0};
    char *rest = NULL;
    int n = 0;

    for (char *word = strtok_r(text, "\n", &rest); word != NULL && n < WORDS_MOST;
         word = strtok_r(NULL, "\n", &rest)) {
        words[n++] = word;
    }
    (void)options_want_json(n, words);
    fuzz_check_verdict(options_parse(n, words, NULL, &options, &err), &err);
    options_free(&options);
    free(text);
    return 0;
}
