/* SPDX-License-Identifier: Apache-2.0 */
/* What a program says on standard error, line by line: warnings and notices for the user at once,
 * and the last lines for an error's message. */
#ifndef DBB_IO_PROCESS_WORDS_H
#define DBB_IO_PROCESS_WORDS_H

#include <stddef.h>

#include "base/event.h"

enum { PROCESS_LINE_SIZE = 1024, PROCESS_TAIL_SIZE = 2048 };

typedef struct ProcessWords {
    const char *name; /* the program's; it begins its lines with it */
    const EventSink *events;
    char
        line[PROCESS_LINE_SIZE]; /* the one that isn't complete; the rest of a longer one is lost */
    size_t line_len;
    char tail[PROCESS_TAIL_SIZE]; /* whole lines */
    size_t tail_len;
} ProcessWords;

void process_words_init(ProcessWords *words, const char *name, const EventSink *events);
void process_words_add(ProcessWords *words, const char *text, size_t len);
/* There is no more. */
void process_words_end(ProcessWords *words);
/* The last lines, without a newline at the end; "" when it said nothing. */
const char *process_words_last(const ProcessWords *words);

#endif
