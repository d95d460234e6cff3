/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Work done by the servers' own programs. Each function runs one of them to its end; what the
 * program says is told by events, and a failure of it is ERR_TOOL with its last words. Options
 * that it has no switch for are ERR_USAGE, naming them.
 */
#ifndef DBB_ENGINE_TOOLS_TOOLS_H
#define DBB_ENGINE_TOOLS_TOOLS_H

#include "archive/codec.h"
#include "engine/manager.h"
#include "engine/tools/programs.h"

typedef struct ToolBackup {
    const Program *program;
    const ServerFacts *server;
    const BackupScope *scope;
    BackupFormat format;     /* not FORMAT_AUTO */
    Compression compression; /* of pg_dump's own formats */
    const char *path; /* of these: the file or folder that it is to write; NULL of a file: … */
    Writer *output;   /* … takes it; of FORMAT_SQL always */
} ToolBackup;

/* Whether the program can do all that scope and compression say. Runs nothing. */
bool tool_backup_check(const ToolBackup *backup, Error *err) MUST_CHECK;
bool tool_backup(const ToolBackup *backup, const EngineContext *context, Error *err) MUST_CHECK;

typedef struct ToolRestore {
    const Program *program;
    const ServerFacts *server; /* its database is the target, which exists */
    const Selection *selection;
    const char *path; /* of an archive of pg_dump's: the file or folder … */
    Reader *input;    /* … or its bytes, or a script's. Then path is NULL */
    int list_fd;      /* of an archive: a file of the ids of what is restored of it; 0: all */
    bool clean;
    bool single_transaction;
    bool continue_on_error;
    bool disable_triggers;
    unsigned jobs;
} ToolRestore;

/* An archive of pg_dump's, by pg_restore. */
bool tool_restore_archive(const ToolRestore *restore, const EngineContext *context,
                          Error *err) MUST_CHECK;
/* A script, by psql, mariadb or mysql. */
bool tool_restore_script(const ToolRestore *restore, const EngineContext *context,
                         Error *err) MUST_CHECK;
/* Reads all of an archive with pg_restore: ERR_DAMAGED when it isn't whole. Path or input, as
 * above; `name` is for messages. */
bool tool_check_archive(const Program *program, const char *name, const char *path, Reader *input,
                        const EngineContext *context, Error *err) MUST_CHECK;

/* --- Of mysql_tools.c, for tools.c alone ----------------------------------------------------- */

bool mysql_tool_backup_check(const ToolBackup *backup, Error *err) MUST_CHECK;
bool mysql_tool_backup(const ToolBackup *backup, const EngineContext *context,
                       Error *err) MUST_CHECK;
bool mysql_tool_restore_script(const ToolRestore *restore, const EngineContext *context,
                               Error *err) MUST_CHECK;

#endif
