/* SPDX-License-Identifier: Apache-2.0 */
/* What the two tables say between the lines: the commands' words, and what values are. */
#include "cli/reference/reference.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/compiler.h"

/* By what usage and --help call it. */
static const struct {
    const char *name;
    ValueKind kind;
} value_names[] = {
    {"FILE", VALUE_FILE},   {"PLACE", VALUE_FILE},    {"DIR", VALUE_FOLDER},
    {"DIRS", VALUE_FOLDER}, {"COMMAND", VALUE_WORDS},
};

static ValueKind kind_by_name(const char *name, size_t len)
{
    for (size_t i = 0; i < ARRAY_LENGTH(value_names); i++) {
        if (strlen(value_names[i].name) == len && strncmp(value_names[i].name, name, len) == 0) {
            return value_names[i].kind;
        }
    }
    return VALUE_ANY;
}

/* "restore single FILE [OPTION]..." */
static Form form_of_usage(const CommandSpec *spec, const char *usage, size_t len)
{
    Form form = {.spec = spec, .operand = VALUE_ANY};
    size_t words = 0;
    const char *operand;

    while (words < len && (islower((unsigned char)usage[words]) || usage[words] == ' ')) {
        words++;
    }
    operand = usage + words + (usage[words] == '[');
    while (words > 0 && usage[words - 1] == ' ') {
        words--;
    }
    (void)snprintf(form.words, sizeof form.words, "%.*s", (int)words, usage);
    form.operand = kind_by_name(operand, strspn(operand, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"));
    return form;
}

static int longer_first(const void *a, const void *b)
{
    const char *one = ((const Form *)a)->words;
    const char *other = ((const Form *)b)->words;
    int spaces = (strchr(one, ' ') == NULL) - (strchr(other, ' ') == NULL);

    return spaces != 0 ? spaces : strcmp(one, other);
}

static bool is_among(const Form *forms, size_t n, const char *words)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(forms[i].words, words) == 0) {
            return true;
        }
    }
    return false;
}

size_t forms_read(Form *out)
{
    size_t n = 0;

    for (size_t i = 0; i < command_count; i++) {
        const CommandSpec *spec = &command_table[i];
        const char *usage = spec->usage;

        while (*usage != '\0' && n < MOST_FORMS) {
            size_t len = strcspn(usage, "\n");

            out[n] = form_of_usage(spec, usage, len);
            n += !is_among(out, n, out[n].words); /* usage may show one with other options */
            usage += len + (usage[len] == '\n');
        }
        /* "backup" alone is no usage, but something that is typed on the way. */
        if (!is_among(out, n, spec->name) && n < MOST_FORMS) {
            out[n] = (Form){.spec = spec, .operand = VALUE_ANY};
            (void)snprintf(out[n++].words, sizeof out->words, "%s", spec->name);
        }
    }
    qsort(out, n, sizeof *out, longer_first);
    return n;
}

size_t forms_after(const Form *forms, size_t n, const char *words,
                   void (*visit)(const char *word, size_t len, const CommandSpec *spec))
{
    size_t len = strlen(words);
    size_t found = 0;

    for (size_t i = 0; i < n; i++) {
        const char *rest = forms[i].words;

        if (strcmp(rest, words) == 0 && forms[i].operand == VALUE_WORDS) {
            return forms_after(forms, n, "", visit);
        }

        if (len > 0) {
            if (strncmp(rest, words, len) != 0 || rest[len] != ' ') {
                continue;
            }
            rest += len + 1;
        }
        if (strchr(rest, ' ') == NULL) {
            found++;
            if (visit != NULL) {
                visit(rest, strlen(rest), forms[i].spec);
            }
        }
    }
    return found;
}

bool option_is_of(const Option *option, unsigned commands)
{
    return option->kind != OPTION_NOT_YET && (option->commands & commands) != 0;
}

ValueKind option_value_kind(const Option *option)
{
    if (option->kind == OPTION_FLAG) {
        return VALUE_NONE;
    }
    return option->choices != NULL ? VALUE_WORDS
                                   : kind_by_name(option->argument, strlen(option->argument));
}
