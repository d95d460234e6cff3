/* SPDX-License-Identifier: Apache-2.0 */
/* Completion for zsh: _arguments with the options of the command that was typed. */
#include "cli/reference/reference.h"

#include <stdio.h>

static const char head[] =
    "#compdef dbbackup\n"
    "# Completion of dbbackup for zsh. Made when dbbackup was built.\n"
    "\n"
    "# What can stand where no option does.\n"
    "_dbbackup_operand()\n"
    "{\n"
    "    (( $#dbbackup_next )) && _describe -t commands command dbbackup_next\n"
    "    case $dbbackup_operand in\n"
    "    file) _files ;;\n"
    "    folder) _files -/ ;;\n"
    "    esac\n"
    "}\n"
    "\n"
    "_dbbackup()\n"
    "{\n"
    "    local curcontext=$curcontext typed= dbbackup_operand= i\n"
    "    local -a dbbackup_next options\n"
    "\n"
    "    # The words before this one that are neither options nor their values.\n"
    "    for ((i = 2; i < CURRENT; i++)); do\n"
    "        case $words[i] in\n";

static const char middle[] = ") ((i++)) ;;\n"
                             "        -*) ;;\n"
                             "        *) typed+=${typed:+ }$words[i] ;;\n"
                             "        esac\n"
                             "    done\n"
                             "    case $typed in\n";

static const char tail[] = "    esac\n"
                           "    _arguments -s -S $options '*: :_dbbackup_operand'\n"
                           "}\n"
                           "\n"
                           "_dbbackup \"$@\"\n";

/* In single quotes, where _arguments and _describe read it. */
static void print_text(const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '\'') {
            printf("'\\''");
        } else {
            printf("%s%c",
                   *text == ':' || *text == '[' || *text == ']' || *text == '\\' ? "\\" : "",
                   *text);
        }
    }
}

static void print_word(const char *word, size_t len, const CommandSpec *spec)
{
    printf(" '%.*s:", (int)len, word);
    print_text(spec->summary);
    printf("'");
}

static void print_value(const Option *option)
{
    printf(":%s:", option->argument);
    switch (option_value_kind(option)) {
    case VALUE_WORDS:
        printf("(");
        for (const char *const *choice = option->choices; *choice != NULL; choice++) {
            printf("%s%s", choice == option->choices ? "" : " ", *choice);
        }
        printf(")");
        break;
    case VALUE_FILE:
        printf("_files");
        break;
    case VALUE_FOLDER:
        printf("_files -/");
        break;
    case VALUE_ANY:
    case VALUE_NONE:
        printf(" ");
        break;
    }
}

/* One spelling: "*" says that it may be given again. */
static void print_spelling(const Option *option, bool is_long)
{
    bool again = option->kind == OPTION_LIST || option->kind == OPTION_SET;
    bool flag = option->kind == OPTION_FLAG;

    if (is_long) {
        printf("        '%s--%s%s[", again ? "*" : "", option->name, flag ? "" : "=");
    } else {
        printf("        '%s-%c%s[", again ? "*" : "", option->letter, flag ? "" : "+");
    }
    print_text(option->help);
    printf("]");
    if (!flag) {
        print_value(option);
    }
    printf("'\n");
}

static void print_options(unsigned commands, bool all)
{
    printf("        options=(\n");
    for (size_t i = 0; i < option_count; i++) {
        const Option *option = &option_table[i];

        if (option_is_of(option, commands) && (!all || option->commands == COMMAND_ALL)) {
            print_spelling(option, true);
            if (option->letter != '\0') {
                print_spelling(option, false);
            }
        }
    }
    printf("        )\n");
}

/* "-F|--format|…": those that take a value. */
static void print_with_values(void)
{
    const char *between = "        ";

    for (size_t i = 0; i < option_count; i++) {
        const Option *option = &option_table[i];

        if (option_is_of(option, COMMAND_ALL) && option_value_kind(option) != VALUE_NONE) {
            printf("%s--%s", between, option->name);
            between = "|";
            if (option->letter != '\0') {
                printf("|-%c", option->letter);
            }
        }
    }
}

void reference_zsh(void)
{
    Form forms[MOST_FORMS];
    size_t n = forms_read(forms);

    printf("%s", head);
    print_with_values();
    printf("%s    '')\n        dbbackup_next=(", middle);
    (void)forms_after(forms, n, "", print_word);
    printf(" )\n");
    print_options(COMMAND_ALL, true);
    printf("        ;;\n");
    for (size_t i = 0; i < n; i++) {
        const Form *form = &forms[i];

        printf("    '%s'|'%s '*)\n        [[ $typed != '%s' ]] || dbbackup_next=(", form->words,
               form->words, form->words);
        (void)forms_after(forms, n, form->words, print_word);
        printf(" )\n");
        if (form->operand == VALUE_FILE || form->operand == VALUE_FOLDER) {
            printf("        dbbackup_operand=%s\n",
                   form->operand == VALUE_FILE ? "file" : "folder");
        }
        print_options(form->spec->id, false);
        printf("        ;;\n");
    }
    printf("%s", tail);
}
