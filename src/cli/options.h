/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The options of a call: one table, by which the command line, the environment and configuration
 * files are read, and --help, the man page and completions are made. Texts point into
 * argv, the environment, or the files' text, which Options owns.
 */
#ifndef DBB_CLI_OPTIONS_H
#define DBB_CLI_OPTIONS_H

#include <stddef.h>

#include "archive/codec.h"
#include "base/error.h"
#include "base/vec.h"
#include "ui/ui.h"

typedef enum Command {
    COMMAND_NONE = 0,
    COMMAND_BACKUP = 1 << 0,
    COMMAND_RESTORE = 1 << 1,
    COMMAND_LIST = 1 << 2,
    COMMAND_INFO = 1 << 3,
    COMMAND_VERIFY = 1 << 4,
    COMMAND_ENGINES = 1 << 5,
    COMMAND_VERSION = 1 << 6,
    COMMAND_HELP = 1 << 7,
    COMMAND_BACKUP_GLOBALS = 1 << 8,
    COMMAND_CONFIG = 1 << 9,
    COMMAND_BACKUP_CLUSTER = 1 << 10,
    COMMAND_RESTORE_CLUSTER = 1 << 11,
    COMMAND_KEY = 1 << 12,
    COMMAND_ALL = (1 << 13) - 1,
} Command;

typedef enum OptionKind {
    OPTION_FLAG,        /* a bool */
    OPTION_TEXT,        /* a const char * */
    OPTION_CHOICE,      /* an int: the place of the value in `choices` */
    OPTION_NUMBER,      /* an int, from 1 */
    OPTION_SECONDS,     /* an int: 0 where it isn't given, NO_SECONDS for 0 */
    OPTION_PORT,        /* a const char *: a port, or several with commas, as libpq takes them */
    OPTION_COMPRESSION, /* a Compression */
    OPTION_LIST,        /* a TextList: may be given several times */
    OPTION_SET,         /* an unsigned: bits 1 << the place of each value in `choices` */
    OPTION_NOT_YET,     /* of a later version: refused, and not in --help */
} OptionKind;

enum { NO_SECONDS = -1 };

typedef enum OptionGroup {
    GROUP_SERVER,
    GROUP_FILE,
    GROUP_KEYS,
    GROUP_CHOICE,
    GROUP_WORK,
    GROUP_SAFETY,
    GROUP_OUTPUT,
    GROUP_CONFIG,
    N_GROUPS,
} OptionGroup;

/* Where an option may stand, besides the command line. */
typedef enum OptionPlaces {
    PLACES_ALL,
    PLACES_NO_FILE,   /* the environment, but no file */
    PLACES_CALL_ONLY, /* nowhere: what it allows, or is about, is to be said each time */
} OptionPlaces;

typedef struct Option {
    const char *name; /* without its dashes */
    char letter;      /* 0: none */
    unsigned commands;
    OptionGroup group;
    OptionPlaces places;
    OptionKind kind;
    const char *argument;       /* what --help calls the value; NULL for flags */
    size_t offset;              /* where in Options it is stored */
    const char *const *choices; /* NULL-ended; of OPTION_COMPRESSION, what a shell offers */
    const char *help;           /* for OPTION_NOT_YET: NULL, or what to do without it */
} Option;

#define MOST_OPERANDS 8
#define MOST_OPTIONS  128

typedef VEC(const char *) TextList;

typedef enum OriginKind {
    ORIGIN_DEFAULT,
    ORIGIN_FILE,
    ORIGIN_VARIABLE,
    ORIGIN_CALL, /* the command line */
} OriginKind;

/* Where a value comes from. */
typedef struct Origin {
    OriginKind kind;
    unsigned rank;    /* the higher wins; 0: the default */
    const char *file; /* of ORIGIN_FILE, and the line in it */
    unsigned line;
} Origin;

typedef struct Config Config;

typedef struct Options {
    Command command;
    const char *operands[MOST_OPERANDS]; /* without the command's own words */
    size_t n_operands;

    bool help;
    bool version;
    bool licences;

    const char *host;
    const char *port;
    const char *socket;
    const char *user;
    bool password_prompt;
    bool no_password;
    int db_type;

    const char *output;
    const char *backup_dir;
    int format;
    Compression compression;

    const char *key_file;
    const char *passphrase_file;
    const char *new_key_file;
    const char *new_passphrase_file;

    int jobs; /* 0: not given */
    int stall_timeout;
    int engine;
    bool native;
    bool native_debug;
    bool fallback_tools;
    bool no_fallback_tools;
    const char *tools_path;

    TextList include_databases;
    TextList exclude_databases;
    TextList schemas;
    TextList exclude_schemas;
    TextList tables;
    TextList tables_and_children;
    TextList exclude_tables;
    TextList exclude_tables_and_children;
    TextList exclude_table_data;
    TextList exclude_table_data_and_children;
    TextList extensions;
    TextList exclude_extensions;
    TextList filters;
    unsigned sections; /* bits of SECTION_PRE_DATA - 1 … */
    bool encrypt;
    bool schema_only;
    bool data_only;
    bool large_objects;
    bool no_large_objects;
    bool no_owner;
    bool no_privileges;
    bool no_comments;
    bool no_security_labels;
    bool no_role_passwords;
    bool no_tablespaces;
    bool no_globals;
    bool no_publications;
    bool no_subscriptions;
    bool strict_names;
    bool no_definer;
    bool history;
    bool disable_triggers;

    bool restore;
    bool throwaway;
    const char *report;
    const char *target;
    TextList databases;
    bool create;
    bool clean;
    bool if_exists;
    bool confirm;
    bool resume;
    bool single_transaction;
    bool exit_on_error;
    bool continue_on_error;
    bool dry_run;

    bool json;
    int progress; /* a ProgressMode */
    int log_format;
    bool quiet;
    bool verbose;

    const char *config;
    bool no_config;

    Origin origins[MOST_OPTIONS]; /* by place in option_table */
    Config *settings; /* all that files and environment say; NULL when they weren't read */
} Options;

enum { LOG_TEXT, LOG_JSON };
enum { DB_TYPE_NOT_GIVEN, DB_TYPE_POSTGRES, DB_TYPE_MYSQL, DB_TYPE_MARIADB };

extern const Option option_table[];
extern const size_t option_count;
extern const char *const option_group_titles[N_GROUPS];

/* Where settings are looked for. */
typedef struct ConfigPlaces {
    char *const *environment; /* "NAME=value", ended by NULL */
    const char *system_file;
    const char *user_file; /* wins over the system's; "": none */
} ConfigPlaces;

/* Fills options, which options_free frees, from the command line, argv[0] left out, and from what
 * places say, which may be NULL. ERR_USAGE says what is wrong, and what was probably meant. */
bool options_parse(int argc, char *const argv[], const ConfigPlaces *places, Options *options,
                   Error *err) MUST_CHECK;
/* What would hold for another command, with the same command line, environment and files. Freed
 * by options_free, before `options` is. */
bool options_for(const Options *options, Command command, Options *out, Error *err) MUST_CHECK;
void options_free(Options *options);
/* Whether options that contradict each other were given. Of some, the one that comes from nearer
 * wins, and the other is reset: the command line is nearer than the environment, that than a file.
 */
bool options_settle(Options *options, Error *err) MUST_CHECK;
/* Where the option of that name, which must exist, comes from. */
const Origin *options_origin(const Options *options, const char *name);
/* NULL when there is none of that name. */
const Option *option_by_name(const char *name, size_t len);
/* The name that was probably meant by one that is unknown; NULL when none is like it. */
const char *option_closest(const char *name, size_t len);
/* "--clean is not an option of list, but of: backup, restore". Always false. */
bool options_foreign(const Option *option, Command command, const char *spelling, Error *err);
/* Whether the command line, or a variable, asks for JSON messages, wrong as all may be otherwise.
 */
bool options_want_json(int argc, char *const argv[]);
/* "gzip", "gzip:6", "zstd:3", "none", or pg_dump's bare number for gzip. */
bool options_parse_compression(const char *text, Compression *out, Error *err) MUST_CHECK;

#endif
