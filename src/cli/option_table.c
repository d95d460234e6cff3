/* SPDX-License-Identifier: Apache-2.0 */
/* Every option there is. Letters and names are PostgreSQL's where PostgreSQL has them. */
#include "cli/options.h"

#include "base/compiler.h"
#include "engine/manager.h"

#define AT(member)  offsetof(Options, member)
#define SERVER      (COMMAND_BACKUP | COMMAND_RESTORE)
#define CLUSTER     COMMAND_BACKUP_CLUSTER
#define BACKUPS     (COMMAND_BACKUP | COMMAND_BACKUP_GLOBALS | COMMAND_BACKUP_CLUSTER)
#define RESTORES    (COMMAND_RESTORE | COMMAND_RESTORE_CLUSTER)
#define CLUSTERS    (COMMAND_BACKUP_CLUSTER | COMMAND_RESTORE_CLUSTER)
#define CONNECTS    (BACKUPS | RESTORES | COMMAND_VERIFY)
#define READS_FILES (COMMAND_LIST | COMMAND_INFO | COMMAND_VERIFY)
#define USES_KEYS   (BACKUPS | RESTORES | READS_FILES | COMMAND_KEY)

static const char *const db_types[] = {
    [DB_TYPE_NOT_GIVEN] = "auto",
    [DB_TYPE_POSTGRES] = "postgres",
    [DB_TYPE_MYSQL] = "mysql",
    [DB_TYPE_MARIADB] = "mariadb",
    NULL,
};
/* Of BackupFormat; the words from `plain` on are pg_dump's for some of them: see command_format. */
static const char *const formats[] = {"auto", "sql", "custom", "directory", "plain",
                                      "p",    "c",   "d",      NULL};
static const char *const codecs[] = {"gzip", "zstd", "none", NULL}; /* gzip:6 is one, too */
static const char *const sections[] = {"pre-data", "data", "post-data", NULL};
static const char *const engines[] = {
    [ENGINE_AUTO] = "auto", [ENGINE_NATIVE] = "native", [ENGINE_TOOLS] = "tools", NULL};
static const char *const progress_modes[] = {
    [PROGRESS_AUTO] = "auto", [PROGRESS_BAR] = "bar",   [PROGRESS_PLAIN] = "plain",
    [PROGRESS_JSON] = "json", [PROGRESS_NONE] = "none", NULL,
};
static const char *const log_formats[] = {[LOG_TEXT] = "text", [LOG_JSON] = "json", NULL};

#define FLAG(long_name, short_name, who, where, member, text)                                      \
    {                                                                                              \
        .name = (long_name), .letter = (short_name), .commands = (who), .group = (where),          \
        .kind = OPTION_FLAG, .offset = AT(member), .help = (text)                                  \
    }
/* Said with each call, or not at all. */
#define CALL_FLAG(long_name, short_name, who, where, member, text)                                 \
    {                                                                                              \
        .name = (long_name), .letter = (short_name), .commands = (who), .group = (where),          \
        .places = PLACES_CALL_ONLY, .kind = OPTION_FLAG, .offset = AT(member), .help = (text)      \
    }
#define CALL_TEXT(long_name, short_name, who, where, value, member, text)                          \
    {                                                                                              \
        .name = (long_name), .letter = (short_name), .commands = (who), .group = (where),          \
        .places = PLACES_CALL_ONLY, .kind = OPTION_TEXT, .argument = (value),                      \
        .offset = AT(member), .help = (text)                                                       \
    }
#define TEXT(long_name, short_name, who, where, value, member, text)                               \
    {                                                                                              \
        .name = (long_name), .letter = (short_name), .commands = (who), .group = (where),          \
        .kind = OPTION_TEXT, .argument = (value), .offset = AT(member), .help = (text)             \
    }
#define CHOICE(long_name, short_name, who, where, value, member, list, text)                       \
    {                                                                                              \
        .name = (long_name), .letter = (short_name), .commands = (who), .group = (where),          \
        .kind = OPTION_CHOICE, .argument = (value), .offset = AT(member), .choices = (list),       \
        .help = (text)                                                                             \
    }
#define LIST_OF(long_name, short_name, who, value, member, text)                                   \
    {                                                                                              \
        .name = (long_name), .letter = (short_name), .commands = (who), .group = GROUP_CHOICE,     \
        .kind = OPTION_LIST, .argument = (value), .offset = AT(member), .help = (text)             \
    }
#define LIST(long_name, short_name, value, member, text)                                           \
    LIST_OF(long_name, short_name, SERVER, value, member, text)
#define NOT_YET(long_name, short_name, instead)                                                    \
    {                                                                                              \
        .name = (long_name), .letter = (short_name), .kind = OPTION_NOT_YET, .help = (instead)     \
    }

const Option option_table[] = {
    TEXT("host", 'h', CONNECTS | COMMAND_ENGINES, GROUP_SERVER, "HOST", host,
         "the server's name, address or socket folder ($PGHOST, $MYSQL_HOST)"),
    {.name = "port",
     .letter = 'p',
     .commands = CONNECTS | COMMAND_ENGINES,
     .group = GROUP_SERVER,
     .kind = OPTION_PORT,
     .argument = "PORT",
     .offset = AT(port),
     .help = "its port ($PGPORT)"},
    TEXT("socket", 0, CONNECTS | COMMAND_ENGINES, GROUP_SERVER, "FILE", socket,
         "the socket of a MySQL or MariaDB server ($MYSQL_UNIX_PORT)"),
    TEXT("user", 'U', CONNECTS | COMMAND_ENGINES, GROUP_SERVER, "NAME", user,
         "the role to connect as ($PGUSER)"),
    FLAG("password-prompt", 'W', CONNECTS | COMMAND_ENGINES, GROUP_SERVER, password_prompt,
         "ask for the password at once"),
    FLAG("no-password", 'w', CONNECTS | COMMAND_ENGINES, GROUP_SERVER, no_password,
         "never ask: fail when files and environment don't have it"),
    {.name = "stall-timeout",
     .commands = CONNECTS | COMMAND_ENGINES,
     .group = GROUP_SERVER,
     .kind = OPTION_SECONDS,
     .argument = "SECONDS",
     .offset = AT(stall_timeout),
     .help = "ask a server that is silent for so long (default: 60; 0: never)"},
    CHOICE("db-type", 0, CONNECTS | COMMAND_ENGINES, GROUP_SERVER, "TYPE", db_type, db_types,
           "postgres, mysql or mariadb (default: what a URI says, or postgres)"),

    CALL_TEXT("output", 'o', BACKUPS, GROUP_FILE, "PLACE", output,
              "a file, a folder, or - for standard output"),
    TEXT("backup-dir", 0, BACKUPS | COMMAND_LIST, GROUP_FILE, "DIR", backup_dir,
         "the folder of the backups (default: this one)"),
    CHOICE("format", 'F', COMMAND_BACKUP | CLUSTER, GROUP_FILE, "FORMAT", format, formats,
           "sql, or pg_dump's custom or directory, which pg_dump makes"),
    {.name = "compress",
     .letter = 'Z',
     .commands = COMMAND_BACKUP | CLUSTER,
     .group = GROUP_FILE,
     .kind = OPTION_COMPRESSION,
     .argument = "HOW",
     .offset = AT(compression),
     .choices = codecs,
     .help = "gzip[:1-12], zstd[:1-19] or none (default: gzip)"},

    FLAG("encrypt", 0, BACKUPS, GROUP_KEYS, encrypt,
         "encrypt the file, with a key file or a passphrase"),
    TEXT("key-file", 0, USES_KEYS, GROUP_KEYS, "FILE", key_file,
         "the key that encrypts, or opens, the file; `key new` makes one"),
    TEXT("passphrase-file", 0, USES_KEYS, GROUP_KEYS, "FILE", passphrase_file,
         "its first line is a passphrase ($DBBACKUP_PASSPHRASE; or asked for)"),
    CALL_TEXT("new-key-file", 0, COMMAND_KEY, GROUP_KEYS, "FILE", new_key_file,
              "the key that is to open the file from now on"),
    CALL_TEXT("new-passphrase-file", 0, COMMAND_KEY, GROUP_KEYS, "FILE", new_passphrase_file,
              "a file with the new passphrase (default: asked for)"),

    LIST_OF("include-database", 0, CLUSTER, "PATTERN", include_databases,
            "these databases, and no others"),
    LIST_OF("exclude-database", 0, CLUSTER, "PATTERN", exclude_databases, "not these databases"),
    LIST("schema", 'n', "PATTERN", schemas, "these schemas, and nothing outside of them"),
    LIST("exclude-schema", 'N', "PATTERN", exclude_schemas, "not these schemas"),
    LIST("table", 't', "PATTERN", tables, "these tables, views, sequences, and nothing else"),
    LIST("exclude-table", 'T', "PATTERN", exclude_tables, "not these tables, views, sequences"),
    LIST("exclude-table-data", 0, "PATTERN", exclude_table_data,
         "not the rows of these tables, but their definitions"),
    LIST("table-and-children", 0, "PATTERN", tables_and_children,
         "as -t, with partitions and inheriting tables"),
    LIST("exclude-table-and-children", 0, "PATTERN", exclude_tables_and_children,
         "as -T, with partitions and inheriting tables"),
    LIST("exclude-table-data-and-children", 0, "PATTERN", exclude_table_data_and_children,
         "as --exclude-table-data, with partitions and inheriting tables"),
    LIST("extension", 0, "PATTERN", extensions, "these extensions"),
    LIST("exclude-extension", 0, "PATTERN", exclude_extensions, "not these extensions"),
    LIST("filter", 0, "FILE", filters, "such rules from a file, in pg_dump's format; - is stdin"),
    FLAG("strict-names", 0, SERVER, GROUP_CHOICE, strict_names,
         "each pattern that chooses must match something"),
    FLAG("schema-only", 's', SERVER | CLUSTER, GROUP_CHOICE, schema_only, "definitions, no data"),
    FLAG("data-only", 'a', SERVER | CLUSTER, GROUP_CHOICE, data_only, "data, no definitions"),
    {.name = "section",
     .commands = SERVER,
     .group = GROUP_CHOICE,
     .kind = OPTION_SET,
     .argument = "SECTION",
     .offset = AT(sections),
     .choices = sections,
     .help = "pre-data, data or post-data; may be given twice"},
    FLAG("large-objects", 'b', SERVER, GROUP_CHOICE, large_objects,
         "large objects even with -n or -t"),
    FLAG("no-large-objects", 'B', SERVER | CLUSTER, GROUP_CHOICE, no_large_objects,
         "no large objects"),
    FLAG("no-owner", 'O', CONNECTS, GROUP_CHOICE, no_owner,
         "no owners: all belongs to the restoring user"),
    FLAG("no-privileges", 'x', CONNECTS, GROUP_CHOICE, no_privileges, "no GRANT and REVOKE"),
    FLAG("no-comments", 0, CONNECTS, GROUP_CHOICE, no_comments, "no comments"),
    FLAG("no-security-labels", 0, CONNECTS, GROUP_CHOICE, no_security_labels, "no security labels"),
    FLAG("no-tablespaces", 0, CONNECTS, GROUP_CHOICE, no_tablespaces,
         "all in the default tablespace"),
    FLAG("no-role-passwords", 0, COMMAND_BACKUP_GLOBALS | CLUSTER, GROUP_CHOICE, no_role_passwords,
         "no passwords of roles"),
    FLAG("no-globals", 0, COMMAND_RESTORE_CLUSTER, GROUP_CHOICE, no_globals,
         "no roles, tablespaces and the like: the databases only"),
    FLAG("no-publications", 0, SERVER | CLUSTERS, GROUP_CHOICE, no_publications, "no publications"),
    FLAG("no-subscriptions", 0, SERVER | CLUSTERS, GROUP_CHOICE, no_subscriptions,
         "no subscriptions"),

    CALL_FLAG("restore", 0, COMMAND_VERIFY, GROUP_WORK, restore,
              "restore it into a scratch database, compare, and drop that"),
    CALL_FLAG("throwaway", 0, COMMAND_VERIFY, GROUP_WORK, throwaway,
              "of --restore: on a server that is made for it, and then removed"),
    CALL_TEXT("report", 0, COMMAND_VERIFY, GROUP_FILE, "FILE", report,
              "of --restore: what was compared, and each difference, as JSON"),
    CALL_TEXT("target", 0, COMMAND_RESTORE, GROUP_WORK, "DB", target,
              "the database to restore into (default: the name in the file)"),
    {.name = "database",
     .commands = RESTORES | COMMAND_VERIFY,
     .group = GROUP_WORK,
     .places = PLACES_CALL_ONLY,
     .kind = OPTION_LIST,
     .argument = "DB",
     .offset = AT(databases),
     .help = "of a whole server's backup: which of it; else the same as --target"},
    CALL_FLAG("create", 'C', SERVER, GROUP_WORK, create,
              "make the database, which must not exist; of a backup: its script does"),
    CALL_FLAG("clean", 'c', SERVER | COMMAND_RESTORE_CLUSTER, GROUP_WORK, clean,
              "first drop what the file holds; of a backup: its script does"),
    CALL_FLAG("if-exists", 0, SERVER, GROUP_WORK, if_exists,
              "with --clean: put up with what isn't there to be dropped"),
    FLAG("no-definer", 0, SERVER | CLUSTERS | COMMAND_VERIFY, GROUP_CHOICE, no_definer,
         "MySQL: views, routines, triggers become the restoring user's own"),
    FLAG("history", 0, COMMAND_BACKUP | CLUSTER, GROUP_CHOICE, history,
         "MariaDB: rows of all times of system-versioned tables"),
    CALL_FLAG("disable-triggers", 0, SERVER | CLUSTER, GROUP_WORK, disable_triggers,
              "foreign keys and triggers don't see the data come in; takes a superuser"),
    FLAG("single-transaction", '1', COMMAND_RESTORE, GROUP_WORK, single_transaction,
         "all or nothing, in one transaction"),
    FLAG("exit-on-error", 'e', RESTORES, GROUP_WORK, exit_on_error,
         "stop at the first statement that fails (the default)"),
    FLAG("continue-on-error", 0, RESTORES, GROUP_WORK, continue_on_error,
         "go on after one; the exit status is 1 all the same"),
    CALL_FLAG("resume", 0, COMMAND_RESTORE, GROUP_WORK, resume,
              "go on with a restore of this file that broke off"),
    {.name = "jobs",
     .letter = 'j',
     .commands = SERVER | CLUSTERS | COMMAND_VERIFY,
     .group = GROUP_WORK,
     .kind = OPTION_NUMBER,
     .argument = "N",
     .offset = AT(jobs),
     .help = "parallel connections; by default as many as processors, up to 8"},
    CHOICE("engine", 0, SERVER | CLUSTERS, GROUP_WORK, "NAME", engine, engines,
           "who does it: native, tools (pg_dump …), auto: native where it can"),
    FLAG("native", 0, SERVER | CLUSTERS, GROUP_WORK, native, "the same as --engine native"),
    FLAG("fallback-tools", 0, SERVER | CLUSTERS, GROUP_WORK, fallback_tools,
         "tools back up what the native engine can't (one database: default)"),
    FLAG("no-fallback-tools", 0, SERVER | CLUSTERS, GROUP_WORK, no_fallback_tools,
         "when the native engine fails at a backup, that is it"),
    TEXT("tools-path", 0, SERVER | CLUSTERS | COMMAND_ENGINES | COMMAND_VERIFY, GROUP_WORK, "DIRS",
         tools_path, "look for tools in these folders only, with colons between them"),
    FLAG("native-debug", 0, CONNECTS, GROUP_WORK, native_debug,
         "log queries, statements and jobs, with times, without data"),

    CALL_FLAG("dry-run", 0, SERVER | CLUSTERS, GROUP_SAFETY, dry_run,
              "check all that can be checked, change nothing"),
    CALL_FLAG("confirm", 0, RESTORES, GROUP_SAFETY, confirm,
              "restore into what isn't empty; of a whole server: restore at all"),

    FLAG("json", 0, READS_FILES | COMMAND_CONFIG | COMMAND_ENGINES, GROUP_OUTPUT, json,
         "print JSON"),
    CHOICE("progress", 0, CONNECTS, GROUP_OUTPUT, "HOW", progress, progress_modes,
           "auto, bar, plain, json or none"),
    CHOICE("log-format", 0, COMMAND_ALL, GROUP_OUTPUT, "FORMAT", log_format, log_formats,
           "messages as text or as JSON lines"),
    FLAG("quiet", 'q', COMMAND_ALL, GROUP_OUTPUT, quiet, "only warnings and errors"),
    FLAG("verbose", 'v', COMMAND_ALL, GROUP_OUTPUT, verbose, "what the server says, too"),
    CALL_FLAG("licences", 0, COMMAND_VERSION, GROUP_OUTPUT, licences,
              "the terms of dbbackup and of all libraries inside it"),
    CALL_FLAG("help", '?', COMMAND_ALL, GROUP_OUTPUT, help, "this help"),
    CALL_FLAG("version", 'V', COMMAND_ALL, GROUP_OUTPUT, version, "the version"),

    {.name = "config",
     .commands = COMMAND_ALL,
     .group = GROUP_CONFIG,
     .places = PLACES_NO_FILE,
     .kind = OPTION_TEXT,
     .argument = "FILE",
     .offset = AT(config),
     .help = "settings from this file, and from no other; '' is none"},
    {.name = "no-config",
     .commands = COMMAND_ALL,
     .group = GROUP_CONFIG,
     .places = PLACES_NO_FILE,
     .kind = OPTION_FLAG,
     .offset = AT(no_config),
     .help = "settings from no file"},

    NOT_YET("defaults-extra-file", 0, NULL),
};
const size_t option_count = ARRAY_LENGTH(option_table);
_Static_assert(ARRAY_LENGTH(option_table) <= MOST_OPTIONS, "Options.origins has a place for each");

const char *const option_group_titles[N_GROUPS] = {
    [GROUP_SERVER] = "The server",   [GROUP_FILE] = "The file",
    [GROUP_CHOICE] = "What to take", [GROUP_WORK] = "The work",
    [GROUP_SAFETY] = "Safety",       [GROUP_OUTPUT] = "What is shown",
    [GROUP_KEYS] = "Encryption",     [GROUP_CONFIG] = "Configuration",
};
