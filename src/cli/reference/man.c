/* SPDX-License-Identifier: Apache-2.0 */
/* dbbackup(1), in man(7)'s macros. */
#include "cli/reference/reference.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static const char head[] =
    ".TH DBBACKUP 1 \"\" \"dbbackup " DBB_VERSION "\" \"User Commands\"\n"
    ".nh\n"
    ".SH NAME\n"
    "dbbackup \\- back up and restore PostgreSQL, MySQL and MariaDB databases\n"
    ".SH SYNOPSIS\n";

static const char description[] =
    ".SH DESCRIPTION\n"
    "Speaks the servers' own protocols and runs no other program.\n"
    "A backup is one compressed SQL script that psql or mysql loads, and that also carries an\n"
    "index and checksums, so that it can be checked without a server.\n"
    "A backup is whole or it isn't there; what could not be saved or restored is an error.\n"
    ".PP\n"
    "PostgreSQL's server is found as psql finds it, MySQL's and MariaDB's as mysql does.\n"
    "There is no option for a password, because\n"
    ".BR ps (1)\n"
    "would show it.\n";

static const char tail[] =
    ".SH CONFIGURATION\n"
    "Each option that isn't about one call only can also stand in a file, by its long name:\n"
    ".IR \"NAME = VALUE\" ,\n"
    "in the section\n"
    ".B [defaults]\n"
    "or in that of a command, such as\n"
    ".B [backup]\n"
    "or\n"
    ".BR \"[restore cluster]\" .\n"
    "The command line wins over the environment, that over the user's file, that over the "
    "system's.\n"
    ".B dbbackup config\n"
    "shows which settings hold, and where each comes from.\n"
    ".SH ENVIRONMENT\n"
    ".TP\n"
    ".B DBBACKUP_\\fINAME\\fR\n"
    "An option:\n"
    ".B DBBACKUP_BACKUP_DIR\n"
    "is\n"
    ".BR \\-\\-backup\\-dir .\n"
    ".TP\n"
    ".BR PGHOST \", \" PGPORT \", \" PGUSER \", \" PGPASSWORD \", \" PGSSLMODE \" \\&...\"\n"
    "As for\n"
    ".BR psql (1).\n"
    ".TP\n"
    ".BR MYSQL_HOST \", \" MYSQL_UNIX_PORT \", \" MYSQL_TCP_PORT \", \" MYSQL_PWD\n"
    "As for\n"
    ".BR mysql (1).\n"
    ".TP\n"
    ".B NO_COLOR\n"
    "No colours.\n"
    ".SH FILES\n"
    ".TP\n"
    ".IR /etc/dbbackup.conf \", \" ~/.config/dbbackup.conf\n"
    "Settings.\n"
    ".TP\n"
    ".IR ~/.pgpass \", \" ~/.my.cnf\n"
    "Passwords.\n"
    ".SH \"EXIT STATUS\"\n"
    ".TP\n"
    ".B 0\n"
    "Done, all of it.\n"
    ".TP\n"
    ".B 1\n"
    "Failed; the message says what and why, and what to do.\n"
    ".TP\n"
    ".B 2\n"
    "Wrong usage, or a confirmation is missing; nothing was done.\n"
    ".TP\n"
    ".B 3\n"
    "Some databases of a server failed; each was named, and all others are done.\n"
    ".TP\n"
    ".B 4\n"
    "The file is damaged, or is no backup.\n"
    ".TP\n"
    ".BR 129 \", \" 130 \", \" 143\n"
    "Stopped by a signal.\n"
    ".SH \"SEE ALSO\"\n"
    ".BR pg_dump (1),\n"
    ".BR psql (1),\n"
    ".BR mysqldump (1)\n";

/* Text as it is: a dash stays a dash, and no line begins with a request. `alone` says that it
 * begins a line. */
static void print_text(const char *text, size_t len, bool alone)
{
    for (size_t i = 0; i < len; i++) {
        bool first = i == 0 ? alone : text[i - 1] == '\n';

        if (first && (text[i] == '.' || text[i] == '\'')) {
            printf("\\&");
        }
        if (text[i] == '\\') {
            printf("\\e");
        } else if (text[i] == '-' || text[i] == '^' || text[i] == '~' || text[i] == '`') {
            printf("%s", text[i] == '-'   ? "\\-"
                         : text[i] == '^' ? "\\(ha"
                         : text[i] == '~' ? "\\(ti"
                                          : "\\(ga");
        } else if (text[i] == '\'' && !first) {
            printf("\\(aq");
        } else {
            (void)putchar(text[i]);
        }
    }
}

static void print_string(const char *text)
{
    print_text(text, strlen(text), true);
}

static void print_usage(const CommandSpec *spec)
{
    const char *usage = spec->usage;

    while (*usage != '\0') {
        size_t len = strcspn(usage, "\n");
        size_t words = 0;

        while (words < len && (islower((unsigned char)usage[words]) || usage[words] == ' ')) {
            words++;
        }
        printf(".B dbbackup ");
        print_text(usage, words, false);
        printf("\\fI");
        print_text(usage + words, len - words, false);
        printf("\\fR\n");
        usage += len;
        if (*usage == '\n') {
            printf(".br\n");
            usage++;
        }
    }
}

static void print_command(const CommandSpec *spec)
{
    printf(".SS \"");
    print_text(spec->name, strlen(spec->name), false);
    printf(": ");
    print_text(spec->summary, strlen(spec->summary), false);
    printf("\"\n");
    print_usage(spec);
    if (spec->about[0] != '\0') {
        printf(".PP\n");
        print_string(spec->about);
        printf("\n");
    }
    if (spec->examples[0] != '\0') {
        printf(".PP\n.EX\n");
        print_string(spec->examples);
        printf(".EE\n");
    }
}

/* Which commands have it, unless all do. */
static void print_owners(const Option *option)
{
    const char *between = "Of ";

    if (option->commands == COMMAND_ALL) {
        return;
    }
    for (size_t i = 0; i < command_count; i++) {
        if ((option->commands & command_table[i].id) != 0) {
            printf("%s%s", between, command_table[i].name);
            between = ", ";
        }
    }
    printf(".\n");
}

static void print_option(const Option *option)
{
    printf(".TP\n");
    if (option->letter != '\0') {
        printf("\\fB\\-%c\\fR, ", option->letter);
    }
    printf("\\fB\\-\\-");
    print_text(option->name, strlen(option->name), false);
    printf("\\fR%s\\fI%s\\fR\n", option->argument != NULL ? " " : "",
           option->argument != NULL ? option->argument : "");
    (void)putchar(toupper((unsigned char)option->help[0]));
    print_text(option->help + 1, strlen(option->help) - 1, false);
    printf(".\n");
    print_owners(option);
}

static void print_group(OptionGroup group)
{
    printf(".SS \"%s\"\n", option_group_titles[group]);
    for (size_t i = 0; i < option_count; i++) {
        if (option_table[i].group == group && option_is_of(&option_table[i], COMMAND_ALL)) {
            print_option(&option_table[i]);
        }
    }
}

void reference_man(void)
{
    printf("%s", head);
    for (size_t i = 0; i < command_count; i++) {
        printf("%s", i == 0 ? "" : ".br\n");
        print_usage(&command_table[i]);
    }
    printf("%s.SH COMMANDS\n", description);
    for (size_t i = 0; i < command_count; i++) {
        print_command(&command_table[i]);
    }
    printf(".SH OPTIONS\n");
    for (int group = 0; group < N_GROUPS; group++) {
        print_group((OptionGroup)group);
    }
    printf("%s", tail);
}
