/* SPDX-License-Identifier: Apache-2.0 */
/* Completion for fish: a line for each option, with the commands that it is of. */
#include "cli/reference/reference.h"

#include <stdio.h>

static const char head[] =
    "# Completion of dbbackup for fish. Made when dbbackup was built.\n"
    "\n"
    "# The words before this one that are neither options nor their values.\n"
    "function __dbbackup_typed\n"
    "    set -l typed\n"
    "    set -l skip 0\n"
    "    for word in (commandline -opc)[2..-1]\n"
    "        if test $skip = 1\n"
    "            set skip 0\n"
    "            continue\n"
    "        end\n"
    "        switch $word\n"
    "            case";

static const char middle[] = "\n"
                             "                set skip 1\n"
                             "            case '-*'\n"
                             "            case '*'\n"
                             "                set -a typed $word\n"
                             "        end\n"
                             "    end\n"
                             "    string join ' ' -- $typed\n"
                             "end\n"
                             "\n"
                             "# Whether nothing but these words was typed; \"\": no word.\n"
                             "function __dbbackup_at\n"
                             "    set -l typed (__dbbackup_typed)\n"
                             "    test \"$typed\" = \"$argv[1]\"\n"
                             "end\n"
                             "\n"
                             "# Whether the command is one of these.\n"
                             "function __dbbackup_is\n"
                             "    set -l typed (__dbbackup_typed)' '\n"
                             "    for form in";

static const char tail[] = "\n"
                           "        if string match -q -- \"$form *\" $typed\n"
                           "            contains -- $form $argv\n"
                           "            return\n"
                           "        end\n"
                           "    end\n"
                           "    return 1\n"
                           "end\n"
                           "\n"
                           "complete -c dbbackup -f\n";

static void print_quoted(const char *text)
{
    printf("'");
    for (; *text != '\0'; text++) {
        printf("%s%c", *text == '\'' || *text == '\\' ? "\\" : "", *text);
    }
    printf("'");
}

static const char *after; /* the words that print_word's word comes after */

static void print_word(const char *word, size_t len, const CommandSpec *spec)
{
    printf("complete -c dbbackup -n '__dbbackup_at \"%s\"' -a %.*s -d ", after, (int)len, word);
    print_quoted(spec->summary);
    printf("\n");
}

/* The condition, and how the option is called. */
static void print_option(const Form *forms, size_t n, const Option *option)
{
    ValueKind kind = option_value_kind(option);

    printf("complete -c dbbackup");
    if (option->commands != COMMAND_ALL) {
        printf(" -n '__dbbackup_is");
        for (size_t i = 0; i < n; i++) {
            if ((forms[i].spec->id & option->commands) != 0) {
                printf(" \"%s\"", forms[i].words);
            }
        }
        printf("'");
    }
    printf(" -l %s", option->name);
    if (option->letter != '\0') {
        printf(" -s '%c'", option->letter);
    }
    if (kind == VALUE_FILE) {
        printf(" -r -F");
    } else if (kind == VALUE_FOLDER) {
        printf(" -x -a '(__fish_complete_directories)'");
    } else if (kind == VALUE_WORDS) {
        printf(" -x -a '");
        for (const char *const *choice = option->choices; *choice != NULL; choice++) {
            printf("%s%s", choice == option->choices ? "" : " ", *choice);
        }
        printf("'");
    } else if (kind == VALUE_ANY) {
        printf(" -x");
    }
    printf(" -d ");
    print_quoted(option->help);
    printf("\n");
}

static void print_functions(const Form *forms, size_t n)
{
    printf("%s", head);
    for (size_t i = 0; i < option_count; i++) {
        const Option *option = &option_table[i];

        if (option_is_of(option, COMMAND_ALL) && option_value_kind(option) != VALUE_NONE) {
            printf(" --%s", option->name);
            if (option->letter != '\0') {
                printf(" -%c", option->letter);
            }
        }
    }
    printf("%s", middle);
    for (size_t i = 0; i < n; i++) {
        printf(" '%s'", forms[i].words);
    }
    printf("%s", tail);
}

void reference_fish(void)
{
    Form forms[MOST_FORMS];
    size_t n = forms_read(forms);

    print_functions(forms, n);
    after = "";
    (void)forms_after(forms, n, "", print_word);
    for (size_t i = 0; i < n; i++) {
        after = forms[i].words;
        (void)forms_after(forms, n, after, print_word);
        if (forms[i].operand == VALUE_FILE || forms[i].operand == VALUE_FOLDER) {
            printf("complete -c dbbackup -n '__dbbackup_is \"%s\"' %s\n", after,
                   forms[i].operand == VALUE_FILE ? "-F" : "-a '(__fish_complete_directories)'");
        }
    }
    for (size_t i = 0; i < option_count; i++) {
        if (option_is_of(&option_table[i], COMMAND_ALL)) {
            print_option(forms, n, &option_table[i]);
        }
    }
}
