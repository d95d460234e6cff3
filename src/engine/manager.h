/* SPDX-License-Identifier: Apache-2.0 */
/* Which engine does a piece of work, and into which format. */
#ifndef DBB_ENGINE_MANAGER_H
#define DBB_ENGINE_MANAGER_H

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

#endif
