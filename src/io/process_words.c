/* SPDX-License-Identifier: Apache-2.0 */
/* What a program says on standard error. */
#include "io/process_words.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

void process_words_init(ProcessWords *words, const char *name, const EventSink *events)
{
    *words = (ProcessWords){.name = name, .events = events};
}

/* The oldest lines make room. */
static void keep(ProcessWords *words, const char *line, size_t len)
{
    while (words->tail_len > 0 && words->tail_len + len + 2 > sizeof words->tail) {
        const char *end = memchr(words->tail, '\n', words->tail_len);
        size_t gone = end == NULL ? words->tail_len : (size_t)(end - words->tail) + 1;

        words->tail_len -= gone;
        memmove(words->tail, words->tail + gone, words->tail_len);
    }
    if (words->tail_len > 0) {
        words->tail[words->tail_len++] = '\n';
    }
    memcpy(words->tail + words->tail_len, line, len);
    words->tail_len += len;
    words->tail[words->tail_len] = '\0';
}

/* The programs of both kinds of servers mark what isn't chatter. */
static bool is_warning(const char *line)
{
    return strcasestr(line, "warning:") != NULL || strcasestr(line, "error:") != NULL ||
           strcasestr(line, "[warning]") != NULL;
}

static void finish_line(ProcessWords *words)
{
    size_t len = words->line_len;

    while (len > 0 && (words->line[len - 1] == '\r' || words->line[len - 1] == ' ')) {
        len--;
    }
    words->line[len] = '\0';
    words->line_len = 0;
    if (len == 0) {
        return;
    }
    keep(words, words->line, len);
    event_text(words->events, is_warning(words->line) ? EVENT_WARNING : EVENT_NOTICE, "%s%s%s",
               strncmp(words->line, words->name, strlen(words->name)) == 0 ? "" : words->name,
               strncmp(words->line, words->name, strlen(words->name)) == 0 ? "" : ": ",
               words->line);
}

void process_words_add(ProcessWords *words, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '\n') {
            finish_line(words);
        } else if (words->line_len + 1 < sizeof words->line && text[i] != '\0') {
            words->line[words->line_len++] = text[i];
        }
    }
}

void process_words_end(ProcessWords *words)
{
    finish_line(words);
}

const char *process_words_last(const ProcessWords *words)
{
    return words->tail;
}
