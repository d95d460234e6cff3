/* SPDX-License-Identifier: Apache-2.0 */
/* The commands: their words, their help, and the functions that run them. */
#ifndef DBB_CLI_COMMANDS_H
#define DBB_CLI_COMMANDS_H

#include "cli/options.h"
#include "engine/engine.h"
#include "engine/manager.h"
#include "ui/ui.h"

/* What every command gets. */
typedef struct CommandContext {
    const Options *options;
    EngineContext engine; /* events and cancellation */
    Ui *ui;
} CommandContext;

typedef struct CommandSpec {
    Command id;
    const char *name;
    const char *summary;  /* one line */
    const char *usage;    /* one or more lines, without "dbbackup " */
    const char *about;    /* a paragraph or two for its --help */
    const char *examples; /* lines */
    const char *operand;  /* what is missing when there are too few */
    size_t least_operands;
    size_t most_operands;
    bool (*run)(const CommandContext *context, Error *err);
} CommandSpec;

extern const CommandSpec command_table[];
extern const size_t command_count;

/* NULL when there is none of that name, or id. */
const CommandSpec *command_by_name(const char *name);
const CommandSpec *command_by_id(Command id);

bool command_backup(const CommandContext *context, Error *err) MUST_CHECK;
bool command_backup_globals(const CommandContext *context, Error *err) MUST_CHECK;
bool command_backup_cluster(const CommandContext *context, Error *err) MUST_CHECK;
bool command_restore(const CommandContext *context, Error *err) MUST_CHECK;
bool command_restore_cluster(const CommandContext *context, Error *err) MUST_CHECK;
bool command_list(const CommandContext *context, Error *err) MUST_CHECK;
bool command_info(const CommandContext *context, Error *err) MUST_CHECK;
bool command_verify(const CommandContext *context, Error *err) MUST_CHECK;
bool command_verify_restore(const CommandContext *context, Error *err) MUST_CHECK;
bool command_key(const CommandContext *context, Error *err) MUST_CHECK;
bool command_engines(const CommandContext *context, Error *err) MUST_CHECK;
bool command_config(const CommandContext *context, Error *err) MUST_CHECK;
bool command_version(const CommandContext *context, Error *err) MUST_CHECK;
bool command_help(const CommandContext *context, Error *err) MUST_CHECK;

/* The one for --db-type or, where the command line doesn't say, for the database's URI; database
 * may be NULL. NULL, with err filled, when options of the command line contradict each other. */
const Engine *command_engine(const Options *options, const char *database, Error *err) MUST_CHECK;

/* Whether it is the URI of a server rather than a database's name. */
bool command_is_uri(const char *database);

/* The options that say how to reach the server, as the engine wants them. Where the database is a
 * URI, only the command line's: what a file says of another server must not lead the URI astray. */
ServerOptions command_server(const Options *options, const char *database);

/* Who does the work, in which format, and whether tools may take over. */
EngineChoice command_choice(const Options *options);
BackupFormat command_format(const Options *options);
bool command_fallback(const Options *options, bool by_default);

/* Whether --output is a place that can be written to. */
bool command_check_output(const Options *options, Error *err) MUST_CHECK;

/* Whether FILE of a restore is one that can be read. */
bool command_check_file(const char *path, Error *err) MUST_CHECK;

/* How many connections work at once: what -j says, or as many as this process may use processors,
 * 8 at most. */
unsigned command_jobs(const Options *options);
/* As ServerOptions have it. */
unsigned command_stall_seconds(const Options *options);

/* A database as the user named it, for messages: a URI without user, password and parameters, and
 * "a connection string" for one. */
void command_database_text(const char *database, char *out, size_t size);

#endif
