/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the servers' own programs. Debian's /usr/bin/pg_dump is none of them but a script that runs
 * one, which one depending on much; so those in their own folders are taken instead. */
#include "engine/tools/programs.h"

#include <glob.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/process.h"

enum { MOST_NAMES = 2, PG_MAJOR = 10000, MY_MINOR = 100 };

static const char *const names[N_PROGRAMS][MOST_NAMES] = {
    [PROGRAM_PG_DUMP] = {"pg_dump", NULL},     [PROGRAM_PG_RESTORE] = {"pg_restore", NULL},
    [PROGRAM_PSQL] = {"psql", NULL},           [PROGRAM_MYSQL_DUMP] = {"mariadb-dump", "mysqldump"},
    [PROGRAM_MYSQL] = {"mariadb", "mysql"},    [PROGRAM_POSTGRES] = {"postgres", NULL},
    [PROGRAM_MYSQLD] = {"mariadbd", "mysqld"},
};

struct Programs {
    const char *folders;  /* NULL: the usual ones */
    pthread_mutex_t lock; /* guards the following */
    ProgramList found[N_PROGRAMS];
    bool looked[N_PROGRAMS];
};

bool programs_new(const char *folders, Programs **out, Error *err)
{
    Programs *programs = calloc(1, sizeof *programs);

    if (programs == NULL) {
        return error_set_memory(err, "the list of programs");
    }
    (void)pthread_mutex_init(&programs->lock,
                             NULL); /* without attributes it cannot fail on Linux */
    programs->folders = folders != NULL && folders[0] != '\0' ? folders : NULL;
    *out = programs;
    return true;
}

void programs_free(Programs *programs)
{
    if (programs == NULL) {
        return;
    }
    for (size_t id = 0; id < N_PROGRAMS; id++) {
        vec_free(&programs->found[id]);
    }
    (void)pthread_mutex_destroy(&programs->lock);
    free(programs);
}

const char *program_names(ProgramId id)
{
    static const char *const texts[N_PROGRAMS] = {
        [PROGRAM_PG_DUMP] = "pg_dump",
        [PROGRAM_PG_RESTORE] = "pg_restore",
        [PROGRAM_PSQL] = "psql",
        [PROGRAM_MYSQL_DUMP] = "mariadb-dump or mysqldump",
        [PROGRAM_MYSQL] = "mariadb or mysql",
        [PROGRAM_POSTGRES] = "postgres",
        [PROGRAM_MYSQLD] = "mariadbd or mysqld",
    };

    return texts[id];
}

/* Of a user's PATH these may be no part. */
#define SERVER_FOLDERS "/usr/sbin:/usr/libexec:/usr/local/sbin"

const char *programs_places(ProgramId id, const EngineContext *context)
{
    if (context->programs != NULL && context->programs->folders != NULL) {
        return context->programs->folders;
    }
    return id == PROGRAM_MYSQLD       ? "$PATH and " SERVER_FOLDERS
           : !program_is_of_mysql(id) ? "$PATH and /usr/lib/postgresql/*/bin"
                                      : "$PATH";
}

bool program_is_of_mysql(ProgramId id)
{
    return id == PROGRAM_MYSQL_DUMP || id == PROGRAM_MYSQL || id == PROGRAM_MYSQLD;
}

/* --- Versions ----------------------------------------------------------------------------- */

typedef struct FirstLine {
    Writer writer;
    char *text;
    size_t size;
    size_t len;
} FirstLine;

static bool take_first_line(Writer *self, const void *data, size_t len, Error *err)
{
    FirstLine *line = (FirstLine *)self;
    const char *p = data;

    (void)err;
    for (size_t i = 0; i < len && line->len + 1 < line->size; i++) {
        if (line->len > 0 && line->text[line->len - 1] == '\n') {
            break;
        }
        line->text[line->len++] = p[i];
    }
    line->text[line->len] = '\0';
    return true;
}

/* The numbers at text: "15.18 (Debian …" is 150018, "10.11.19" of MySQL's kind 101119. */
static int parse_version(const char *text, bool mysql)
{
    int part[3] = {0};

    for (size_t i = 0; i < ARRAY_LENGTH(part) && *text >= '0' && *text <= '9'; i++) {
        char *end;
        long number = strtol(text, &end, 10);

        if (number > 999) {
            return 0;
        }
        part[i] = (int)number;
        text = *end == '.' ? end + 1 : "";
    }
    if (part[0] == 0) {
        return 0;
    }
    if (mysql) {
        return (part[0] * MY_MINOR + part[1]) * MY_MINOR + part[2];
    }
    return part[0] < 10 ? (part[0] * 100 + part[1]) * 100 + part[2] /* 9.6.24 is 90624 */
                        : part[0] * PG_MAJOR + part[1];
}

/* `pg_dump (PostgreSQL) 15.18 …`, `mysqldump  Ver 9.4.0 for …`,
 * `mariadb-dump  Ver 10.19 Distrib 10.11.19-MariaDB, for …`, `mariadb-dump from 11.8.3-MariaDB, …`,
 * `mariadbd  Ver 11.8.6-MariaDB-0+deb13u1 from Debian for …` */
static void read_version(Program *program)
{
    static const char *const marks[] = {"(PostgreSQL) ", "Distrib ", " from ", "Ver "};
    bool mysql = program_is_of_mysql(program->id);

    program->is_mariadb = mysql && strstr(program->said, "MariaDB") != NULL;
    for (size_t i = mysql ? 1 : 0; i < (mysql ? ARRAY_LENGTH(marks) : 1); i++) {
        const char *at = strstr(program->said, marks[i]);

        if (at != NULL && program->version == 0) { /* "from" may also be followed by the packager */
            program->version = parse_version(at + strlen(marks[i]), mysql);
        }
    }
}

/* One that can't say its version stays in the list, with the reason. */
static bool ask_version(Program *program, const EngineContext *context, Error *err)
{
    const char *argv[] = {program->name, "--version", NULL};
    FirstLine line = {
        .writer = {take_first_line}, .text = program->said, .size = sizeof program->said};
    ProcessSpec spec = {
        .program = program->path, .argv = argv, .output = &line.writer, .cancel = context->cancel};
    Error why;

    if (!process_run(&spec, &why)) {
        (void)snprintf(program->said, sizeof program->said, "%.120s", why.message);
        return why.code != ERR_CANCELLED || cancel_check(context->cancel, err);
    }
    program->said[strcspn(program->said, "\n")] = '\0';
    read_version(program);
    return true;
}

/* --- Looking ------------------------------------------------------------------------------ */

static bool is_wrapper(const char *path)
{
    char *real = realpath(path, NULL);
    const char *slash = real == NULL ? NULL : strrchr(real, '/');
    bool is = slash != NULL && strcmp(slash, "/pg_wrapper") == 0;

    free(real);
    return is;
}

static bool is_program(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 && S_ISREG(status.st_mode) && access(path, X_OK) == 0 &&
           !is_wrapper(path);
}

static bool is_known(const ProgramList *list, const char *path)
{
    char *real = realpath(path, NULL);
    bool known = false;

    for (size_t i = 0; real != NULL && i < list->len; i++) {
        char *other = realpath(list->items[i].path, NULL);

        known = known || (other != NULL && strcmp(real, other) == 0);
        free(other);
    }
    free(real);
    return known;
}

static bool look_in_folder(ProgramId id, const char *folder, size_t len,
                           const EngineContext *context, ProgramList *list, Error *err)
{
    for (size_t i = 0; i < MOST_NAMES && names[id][i] != NULL; i++) {
        Program program = {.id = id, .name = names[id][i]};
        int n =
            snprintf(program.path, sizeof program.path, "%.*s/%s", (int)len, folder, program.name);

        if (len == 0 || n < 0 || (size_t)n >= sizeof program.path || !is_program(program.path) ||
            is_known(list, program.path)) {
            continue;
        }
        if (!ask_version(&program, context, err)) {
            return false;
        }
        if (!vec_push(list, program)) {
            return error_set_memory(err, program.name);
        }
    }
    return true;
}

static bool look_in_path(ProgramId id, const char *folders, const EngineContext *context,
                         ProgramList *list, Error *err)
{
    while (folders != NULL && *folders != '\0') {
        size_t len = strcspn(folders, ":");

        if (!look_in_folder(id, folders, len, context, list, err)) {
            return false;
        }
        folders += len + (folders[len] == ':');
    }
    return true;
}

static bool look_at_debian(ProgramId id, const EngineContext *context, ProgramList *list,
                           Error *err)
{
    glob_t found = {0};
    bool ok = true;

    if (glob("/usr/lib/postgresql/*/bin", 0, NULL, &found) == 0) {
        for (size_t i = 0; ok && i < found.gl_pathc; i++) {
            ok = look_in_folder(id, found.gl_pathv[i], strlen(found.gl_pathv[i]), context, list,
                                err);
        }
    }
    globfree(&found);
    return ok;
}

static bool look(ProgramId id, const char *folders, const EngineContext *context, ProgramList *list,
                 Error *err)
{
    bool everywhere = folders == NULL;

    const char *besides = id == PROGRAM_MYSQLD ? SERVER_FOLDERS : NULL;

    if (look_in_path(id, everywhere ? getenv("PATH") : folders, context, list, err) &&
        (!everywhere || look_in_path(id, besides, context, list, err)) &&
        (!everywhere || program_is_of_mysql(id) || look_at_debian(id, context, list, err))) {
        return true;
    }
    vec_free(list);
    return false;
}

/* To an empty one. */
static bool copy_list(const ProgramList *from, ProgramList *to, Error *err)
{
    for (size_t i = 0; i < from->len; i++) {
        if (!vec_push(to, from->items[i])) {
            vec_free(to);
            return error_set_memory(err, "the list of programs");
        }
    }
    return true;
}

bool programs_find(ProgramId id, const EngineContext *context, ProgramList *list, Error *err)
{
    Programs *programs = context->programs;
    bool ok = true;

    *list = (ProgramList){0};
    if (programs == NULL) {
        return error_set(err, ERR_INTERNAL, "nobody was told where %s may be", program_names(id));
    }
    (void)pthread_mutex_lock(&programs->lock);
    if (!programs->looked[id]) {
        ok = look(id, programs->folders, context, &programs->found[id], err);
        programs->looked[id] = ok;
    }
    ok = ok && copy_list(&programs->found[id], list, err);
    (void)pthread_mutex_unlock(&programs->lock);
    return ok;
}

/* --- Fitting ------------------------------------------------------------------------------ */

/* What a newer server may hold that an older program knows nothing of. */
static int generation(int version, bool mysql)
{
    return mysql ? version / MY_MINOR : version / PG_MAJOR;
}

/* NULL: it is of the same family. Numbers of the two say nothing of each other. */
static const char *of_other_family(const Program *program, const ServerFacts *server, char *text,
                                   size_t size)
{
    bool mariadb = strcmp(server->dbms, "mariadb") == 0;

    if (!program_is_of_mysql(program->id) || program->is_mariadb == mariadb) {
        return NULL;
    }
    (void)snprintf(text, size, "it is %s's, and the server is %s",
                   program->is_mariadb ? "MariaDB" : "MySQL", mariadb ? "MariaDB" : "MySQL");
    return text;
}

const char *program_unfit(const Program *program, const ServerFacts *server, char *text,
                          size_t size)
{
    bool mysql = program_is_of_mysql(program->id);
    bool dumps = program->id == PROGRAM_PG_DUMP || program->id == PROGRAM_MYSQL_DUMP;

    if (program->version == 0) {
        (void)snprintf(text, size, "it doesn't say its version: %s", program->said);
        return text;
    }
    if (of_other_family(program, server, text, size) != NULL) {
        return text;
    }
    if (dumps &&
        generation(program->version, mysql) < generation(server->server_version_number, mysql)) {
        (void)snprintf(text, size, "it is older than the server, which is %s",
                       server->server_version);
        return text;
    }
    return NULL;
}

/* What a newer PostgreSQL writes, or pg_restore sends, sets what an older server doesn't know. So
 * those of the server's own generation come first, then newer ones, the nearest first, then older
 * ones. The one that was found first wins among equals. */
static int rank(const Program *program, const ServerFacts *server)
{
    bool mysql = program_is_of_mysql(program->id);
    int distance =
        generation(program->version, mysql) - generation(server->server_version_number, mysql);

    if (program->id == PROGRAM_MYSQL || program->id == PROGRAM_MYSQL_DUMP) {
        return 0;
    }
    return distance >= 0 ? -distance : -1000 + distance;
}

static const char *unfit_or_old(const Program *program, const ServerFacts *server, int least,
                                char *text, size_t size)
{
    if (program->version > 0 && program->version < least) {
        (void)snprintf(text, size, "version %d or later is needed", least / PG_MAJOR);
        return text;
    }
    return program_unfit(program, server, text, size);
}

static bool refuse(ProgramId id, const ServerFacts *server, int least, const ProgramList *list,
                   Error *err)
{
    char why[256];

    if (list->len == 0) {
        (void)error_set(err, ERR_UNSUPPORTED, "there is no %s", program_names(id));
        return error_hint(err, "Install it, or say where it is with --tools-path. `dbbackup "
                               "engines` shows what was found.");
    }
    (void)error_set(err, ERR_UNSUPPORTED, "%s does not fit: %s", list->items[0].path,
                    unfit_or_old(&list->items[0], server, least, why, sizeof why));
    for (size_t i = 1; i < list->len; i++) {
        size_t len = strlen(err->message);

        (void)snprintf(err->message + len, sizeof err->message - len, "; %s: %s",
                       list->items[i].path,
                       unfit_or_old(&list->items[i], server, least, why, sizeof why));
    }
    return error_hint(err, "Install one that fits, or say where it is with --tools-path.");
}

bool program_is_there(ProgramId id, const EngineContext *context, Error *err)
{
    /* What doesn't run says no version, which is refused before the server's is looked at. */
    static const ServerFacts unknown = {.dbms = "", .server_version = ""};
    ProgramList list;
    bool there = false;

    if (!programs_find(id, context, &list, err)) {
        return false;
    }
    for (size_t i = 0; i < list.len; i++) {
        there = there || list.items[i].version > 0;
    }
    if (!there) {
        (void)refuse(id, &unknown, 0, &list, err);
    }
    vec_free(&list);
    return there;
}

bool program_choose(ProgramId id, const ServerFacts *server, int least,
                    const EngineContext *context, Program *chosen, Error *err)
{
    ProgramList list;
    const Program *best = NULL;
    char why[256];

    if (!programs_find(id, context, &list, err)) {
        return false;
    }
    for (size_t i = 0; i < list.len; i++) {
        const Program *program = &list.items[i];

        if (unfit_or_old(program, server, least, why, sizeof why) == NULL &&
            (best == NULL || rank(program, server) > rank(best, server))) {
            best = program;
        }
    }
    if (best != NULL) {
        *chosen = *best;
    } else {
        (void)refuse(id, server, least, &list, err);
    }
    vec_free(&list);
    return best != NULL;
}
