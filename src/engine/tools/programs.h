/* SPDX-License-Identifier: Apache-2.0 */
/* The servers' own programs: where they are, of which version, and which of them fits a server. */
#ifndef DBB_ENGINE_TOOLS_PROGRAMS_H
#define DBB_ENGINE_TOOLS_PROGRAMS_H

#include <limits.h>

#include "engine/engine.h"

typedef enum ProgramId {
    PROGRAM_PG_DUMP,
    PROGRAM_PG_RESTORE,
    PROGRAM_PSQL,
    PROGRAM_MYSQL_DUMP, /* mariadb-dump, mysqldump */
    PROGRAM_MYSQL,      /* mariadb, mysql */
    PROGRAM_POSTGRES,   /* these two are servers */
    PROGRAM_MYSQLD,     /* mariadbd, mysqld */
    N_PROGRAMS,
} ProgramId;

typedef struct Program {
    ProgramId id;
    const char *name; /* "pg_dump" */
    char path[PATH_MAX];
    char said[128]; /* to --version; or why it said nothing */
    int version;    /* as the server's own number: 150018, 101119. 0: it isn't known */
    bool is_mariadb;
} Program;

typedef VEC(Program) ProgramList;

/* What is on this machine: each kind is looked for once, when it is first asked for. Any thread may
 * ask. */
typedef struct Programs Programs;

/* folders: with colons between them, or NULL, which is $PATH and then /usr/lib/postgresql/N/bin, or
 * of MySQL's and MariaDB's server where it is usually found. Not copied. */
bool programs_new(const char *folders, Programs **out, Error *err) MUST_CHECK;
void programs_free(Programs *programs);  /* NULL is fine */
const char *program_names(ProgramId id); /* "mariadb-dump or mysqldump" */
/* Where it is looked for, for people. */
const char *programs_places(ProgramId id, const EngineContext *context);
bool program_is_of_mysql(ProgramId id); /* or of MariaDB */
/* All of one kind that context->programs knows, in the order in which they were found. The caller
 * frees the list with vec_free. */
bool programs_find(ProgramId id, const EngineContext *context, ProgramList *list,
                   Error *err) MUST_CHECK;
/* NULL when the program is for this server, whose dbms, server_version and server_version_number
 * are set; else why it isn't. */
const char *program_unfit(const Program *program, const ServerFacts *server, char *text,
                          size_t size);
/* Whether there is one that runs, before it is known of which version the server is.
 * ERR_UNSUPPORTED when there is none. */
bool program_is_there(ProgramId id, const EngineContext *context, Error *err) MUST_CHECK;
/* The one to take, of version `least` or later. ERR_UNSUPPORTED, saying what there is and why it
 * won't do, when none fits. */
bool program_choose(ProgramId id, const ServerFacts *server, int least,
                    const EngineContext *context, Program *chosen, Error *err) MUST_CHECK;

#endif
