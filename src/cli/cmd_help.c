/* SPDX-License-Identifier: Apache-2.0 */
/* dbbackup help [COMMAND], dbbackup --help, dbbackup COMMAND --help: made from the two tables. */
#include "cli/commands.h"

#include <stdio.h>
#include <string.h>

#include "cli/closest.h"

enum { HELP_COLUMN = 29 };

static void print_option(const Option *option)
{
    char left[64];
    int len = snprintf(left, sizeof left, "  %c%c%s --%s%s%s", option->letter ? '-' : ' ',
                       option->letter ? option->letter : ' ', option->letter ? "," : " ",
                       option->name, option->argument != NULL ? " " : "",
                       option->argument != NULL ? option->argument : "");

    if (len >= HELP_COLUMN) {
        printf("%s\n%*s", left, HELP_COLUMN, "");
    } else {
        printf("%-*s", HELP_COLUMN, left);
    }
    printf("%s\n", option->help);
}

/* The options that any of the commands take; of `all`, only those that all of them take. */
static void print_group(OptionGroup group, unsigned commands, bool all)
{
    bool title = false;

    for (size_t i = 0; i < option_count; i++) {
        const Option *option = &option_table[i];

        if (option->kind == OPTION_NOT_YET || option->group != group ||
            (option->commands & commands) == 0 || (all && option->commands != commands)) {
            continue;
        }
        if (!title) {
            printf("\n%s:\n", option_group_titles[group]);
            title = true;
        }
        print_option(option);
    }
}

static void print_usage(const char *usage)
{
    const char *before = "Usage: ";

    while (*usage != '\0') {
        int len = (int)strcspn(usage, "\n");

        printf("%sdbbackup %.*s\n", before, len, usage);
        usage += len + (usage[len] == '\n');
        before = "       ";
    }
}

static void print_command(const CommandSpec *spec)
{
    print_usage(spec->usage);
    printf("\n%s%s\n", spec->about, spec->about[0] != '\0' ? "" : spec->summary);
    for (int group = 0; group < N_GROUPS; group++) {
        print_group((OptionGroup)group, spec->id, false);
    }
    if (spec->examples[0] != '\0') {
        printf("\nExamples:\n%s", spec->examples);
    }
}

static void print_overview(void)
{
    printf("dbbackup backs up and restores PostgreSQL databases.\n\n"
           "Usage: dbbackup COMMAND [OPTION]...\n\nCommands:\n");
    for (size_t i = 0; i < command_count; i++) {
        const char *usage = command_table[i].usage;
        const char *options = strstr(usage, " [OPTION]");
        int len = (int)(options != NULL ? (size_t)(options - usage) : strcspn(usage, "\n"));

        printf("  %-18.*s %s\n", len, usage, command_table[i].summary);
    }
    print_group(GROUP_OUTPUT, COMMAND_ALL, true);
    print_group(GROUP_CONFIG, COMMAND_ALL, true);
    printf("\nThe server is found as psql finds it: -h, -p and -U, connection URIs, PGHOST and the "
           "other\nPG variables, service files, ~/.pgpass.\n"
           "Options can also stand in /etc/dbbackup.conf, in ~/.config/dbbackup.conf, and in "
           "variables\n"
           "such as DBBACKUP_JOBS; `dbbackup config` shows which hold.\n"
           "\nExamples:\n"
           "  dbbackup backup single shop --backup-dir /var/backups\n"
           "  dbbackup verify /var/backups/shop_20261123_070509.sql.gz\n"
           "  dbbackup restore /var/backups/shop_20261123_070509.sql.gz --target new --create\n"
           "\nExit status: 0 done, 1 failed, 2 wrong usage or confirmation missing,\n"
           "3 some of several databases failed, 4 file damaged, 130 or 143 interrupted.\n"
           "\n`dbbackup help COMMAND` shows a command's options.\n");
}

bool command_help(const CommandContext *context, Error *err)
{
    const Options *options = context->options;
    const CommandSpec *spec = command_by_id(options->command);
    Closest closest;

    if (options->command == COMMAND_HELP && options->n_operands > 0) {
        char both[64];

        (void)snprintf(both, sizeof both, "%s %s", options->operands[0],
                       options->n_operands > 1 ? options->operands[1] : "");
        spec = command_by_name(both);
        spec = spec != NULL ? spec : command_by_name(options->operands[0]);
    }
    if (spec == NULL) {
        closest = closest_begin(options->operands[0], strlen(options->operands[0]));
        for (size_t i = 0; i < command_count; i++) {
            closest_try(&closest, command_table[i].name);
        }
        (void)error_set(err, ERR_USAGE, "there is no command \"%.80s\"", options->operands[0]);
        return closest.best != NULL ? error_hint(err, "Did you mean \"%s\"?", closest.best) : false;
    }
    if (spec->id == COMMAND_HELP && options->n_operands == 0) {
        print_overview();
    } else {
        print_command(spec);
    }
    return true;
}
