/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which engine does a piece of work, and into which format. What the engines can do stands in one
 * table, and this is the only place that chooses by it.
 */
#ifndef DBB_ENGINE_MANAGER_H
#define DBB_ENGINE_MANAGER_H

#include <stdbool.h>
#include <stddef.h>

#include "archive/file_kind.h"
#include "base/error.h"

typedef enum EngineChoice {
    ENGINE_AUTO,   /* native where it can */
    ENGINE_NATIVE, /* and no program besides this one */
    ENGINE_TOOLS,  /* the server's own programs: pg_dump, mariadb-dump … */
} EngineChoice;

typedef enum BackupFormat {
    FORMAT_AUTO, /* what the engine makes best */
    FORMAT_SQL,
    FORMAT_CUSTOM,    /* pg_dump's */
    FORMAT_DIRECTORY, /* pg_dump's */
} BackupFormat;

enum { DOES_BACKUP = 1, DOES_RESTORE = 2, OF_SINGLE = 4, OF_CLUSTER = 8 };

/* What an engine can do with a format. Of a cluster: with the backups of its databases. */
typedef struct Ability {
    const char *engine;  /* "native" or "tools" */
    const char *servers; /* Engine.name */
    BackupFormat format;
    unsigned what; /* DOES_… and OF_… */
} Ability;

extern const Ability engine_abilities[];
extern const size_t engine_ability_count;

const char *backup_format_name(BackupFormat format); /* "sql" … */

typedef struct WorkPlan {
    bool by_tools;
    bool if_they_fit; /* with by_tools: whoever plans looks for them; without, it is done natively,
                         as a script */
    BackupFormat format;
} WorkPlan;

/* Who makes a backup. ERR_UNSUPPORTED when the chosen engine can't, saying which one could. */
bool manager_plan_backup(const char *servers, EngineChoice choice, BackupFormat format,
                         bool is_member, WorkPlan *plan, Error *err) MUST_CHECK;
/* Who restores a file, whose kind is one that can be restored. The format is the file's. */
bool manager_plan_restore(const char *servers, EngineChoice choice, FileKind kind, const char *path,
                          WorkPlan *plan, Error *err) MUST_CHECK;
/* Whether the servers' own programs may do what the native engine failed at: it can't do it, or
 * asked the server for something that it doesn't know. What would stop them as well isn't tried
 * again: a connection, a password, rights, a full disk, a cancel. */
bool manager_may_fall_back(const Error *err);

#endif
