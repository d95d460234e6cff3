/* SPDX-License-Identifier: Apache-2.0 */
/* Completion for bash: a function that needs nothing but bash. */
#include "cli/reference/reference.h"

#include <stdio.h>

static const char head[] =
    "# Completion of dbbackup for bash. Made when dbbackup was built.\n"
    "_dbbackup()\n"
    "{\n"
    "    local cur=${COMP_WORDS[COMP_CWORD]} prev= typed= word i\n"
    "    local next= options= files=\n"
    "\n"
    "    COMPREPLY=()\n"
    "    # --name=value comes as three words; so does what isn't complete yet.\n"
    "    if [[ $cur == = ]]; then\n"
    "        cur= prev=${COMP_WORDS[COMP_CWORD-1]}\n"
    "    elif [[ ${COMP_WORDS[COMP_CWORD-1]} == = ]]; then\n"
    "        prev=${COMP_WORDS[COMP_CWORD-2]}\n"
    "    else\n"
    "        prev=${COMP_WORDS[COMP_CWORD-1]}\n"
    "    fi\n"
    "    # The words before this one that are neither options nor their values.\n"
    "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
    "        word=${COMP_WORDS[i]}\n"
    "        case $word in\n";

static const char middle[] = "            [[ ${COMP_WORDS[i+1]} == = ]] && i=$((i + 1))\n"
                             "            i=$((i + 1))\n"
                             "            ;;\n"
                             "        -*) ;;\n"
                             "        *) typed+=${typed:+ }$word ;;\n"
                             "        esac\n"
                             "    done\n"
                             "    case $prev in\n";

static const char tail[] =
    "    esac\n"
    "    if [[ $cur == -* ]]; then\n"
    "        COMPREPLY=($(compgen -W \"$options\" -- \"$cur\"))\n"
    "        return\n"
    "    fi\n"
    "    COMPREPLY=($(compgen -W \"$next\" -- \"$cur\"))\n"
    "    if [[ $files ]]; then\n"
    "        compopt -o filenames 2>/dev/null\n"
    "        mapfile -t -O \"${#COMPREPLY[@]}\" COMPREPLY < <(compgen $files -- \"$cur\")\n"
    "    fi\n"
    "}\n"
    "complete -F _dbbackup dbbackup\n";

/* "-F|--format", as a pattern of case. */
static void print_spellings(const Option *option, const char *between)
{
    if (option->letter != '\0') {
        printf("%s-%s%c%s", between, option->letter == '?' ? "\\" : "", option->letter, "|");
        between = "";
    }
    printf("%s--%s", between, option->name);
}

#define ONE(kind)    (1U << (unsigned)(kind))
#define ALL_BUT_NONE (ONE(VALUE_ANY) | ONE(VALUE_WORDS) | ONE(VALUE_FILE) | ONE(VALUE_FOLDER))

/* "    -o|--output|--config) action", of those whose values are of one of the kinds. */
static void print_case(unsigned kinds, const char *action)
{
    const char *between = "    ";

    for (size_t i = 0; i < option_count; i++) {
        const Option *option = &option_table[i];

        if (option_is_of(option, COMMAND_ALL) && (ONE(option_value_kind(option)) & kinds) != 0) {
            print_spellings(option, between);
            between = "|";
        }
    }
    if (between[0] == '|') {
        printf(")%s\n", action);
    }
}

static void print_values(void)
{
    for (size_t i = 0; i < option_count; i++) {
        const Option *option = &option_table[i];

        if (option_is_of(option, COMMAND_ALL) && option_value_kind(option) == VALUE_WORDS) {
            print_spellings(option, "    ");
            printf(")\n        COMPREPLY=($(compgen -W '");
            for (const char *const *choice = option->choices; *choice != NULL; choice++) {
                printf("%s%s", choice == option->choices ? "" : " ", *choice);
            }
            printf("' -- \"$cur\"))\n        return\n        ;;\n");
        }
    }
    print_case(ONE(VALUE_FILE), " files=-f ;;");
    print_case(ONE(VALUE_FOLDER), " files=-d ;;");
    print_case(ONE(VALUE_ANY), " return ;;");
    printf("    esac\n"
           "    if [[ $files ]]; then\n"
           "        compopt -o filenames 2>/dev/null\n"
           "        mapfile -t COMPREPLY < <(compgen $files -- \"$cur\")\n"
           "        return\n"
           "    fi\n");
}

static void print_word(const char *word, size_t len, const CommandSpec *spec)
{
    (void)spec;
    printf("%.*s ", (int)len, word);
}

static void print_options(unsigned commands, bool all)
{
    printf("        options='");
    for (size_t i = 0; i < option_count; i++) {
        const Option *option = &option_table[i];

        if (option_is_of(option, commands) && (!all || option->commands == COMMAND_ALL)) {
            printf("--%s ", option->name);
        }
    }
    printf("'\n");
}

static void print_form(const Form *form)
{
    printf("    \"%s\" | \"%s \"*)\n", form->words, form->words);
    print_options(form->spec->id, false);
    if (form->operand == VALUE_FILE || form->operand == VALUE_FOLDER) {
        printf("        files=-%c\n", form->operand == VALUE_FILE ? 'f' : 'd');
    }
    printf("        ;;\n");
}

/* What can follow is offered right behind the words only. */
static void print_next(const Form *forms, size_t n, const char *words)
{
    if (forms_after(forms, n, words, NULL) == 0) {
        return;
    }
    printf("    \"%s\") next='", words);
    (void)forms_after(forms, n, words, print_word);
    printf("' ;;\n");
}

void reference_bash(void)
{
    Form forms[MOST_FORMS];
    size_t n = forms_read(forms);

    printf("%s", head);
    print_case(ALL_BUT_NONE, "");
    printf("%s", middle);
    print_values();
    printf("    case $typed in\n");
    print_next(forms, n, "");
    for (size_t i = 0; i < n; i++) {
        print_next(forms, n, forms[i].words);
    }
    printf("    esac\n    case $typed in\n");
    for (size_t i = 0; i < n; i++) {
        print_form(&forms[i]);
    }
    printf("    *)\n");
    print_options(COMMAND_ALL, true);
    printf("        ;;\n%s", tail);
}
