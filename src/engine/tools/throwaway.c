/* SPDX-License-Identifier: Apache-2.0 */
/* The life of a server of our own: its folder, its user, its start, its end. */
#include "engine/tools/throwaway.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/run_folder.h"
#include "engine/tools/throwaway_kinds.h"
#include "io/background.h"

enum {
    MOMENT_NANOSECONDS = 50000000,
    START_SECONDS = 120,
    END_SECONDS = 20, /* then it is killed */
    LOST_SECONDS = 6, /* from a lost connection to its end */
    LOG_SHOWN = 1500, /* bytes of its last words */
    NEWEST = 9999999, /* a version beyond all others */
};

struct Throwaway {
    const ThrowawayKind *kind;
    Program program;
    RunFolder folder;
    bool is_other; /* it runs as `user`, for we are root */
    ProcessUser user;
    char user_name[32];
    int log_fd; /* what it says; -1: there is none yet */
    Background process;
    Buffer uri;
};

const Engine *throwaway_engine(const Throwaway *throwaway)
{
    return throwaway->kind->engine;
}

const char *throwaway_uri(const Throwaway *throwaway)
{
    return throwaway->uri.data;
}

const Program *throwaway_program(const Throwaway *throwaway)
{
    return &throwaway->program;
}

/* --- Which server ------------------------------------------------------------------------- */

static bool refuse(const ThrowawayKind *kind, const ServerFacts *like, const EngineContext *context,
                   Error *err)
{
    ProgramList list;
    char found[1024] = "";
    char why[256];
    size_t len = 0;

    if (!programs_find(kind->id, context, &list, err)) {
        return false;
    }
    for (size_t i = 0; i < list.len && len < sizeof found; i++) {
        const Program *program = &list.items[i];
        const char *reason = program_unfit(program, like, why, sizeof why);

        len += (size_t)snprintf(found + len, sizeof found - len, "%s%s: %s", i == 0 ? "" : ", ",
                                program->path, reason != NULL ? reason : program->said);
    }
    vec_free(&list);
    (void)error_set(err, ERR_UNSUPPORTED,
                    "there is no server of %s here to restore into: looked for %s in %s%s%s",
                    kind->people, program_names(kind->id), programs_places(kind->id, context),
                    found[0] == '\0' ? "" : ", and found only ", found);
    return error_hint(err,
                      "Install the package (in Debian: %s), say where it is with --tools-path, or "
                      "name a server (-h …) instead of --throwaway.",
                      kind->packages);
}

static int generation(const ThrowawayKind *kind, int version)
{
    return kind->id == PROGRAM_POSTGRES ? version / 10000 : version / 100;
}

static bool choose(Throwaway *throwaway, const char *dbms, int version,
                   const EngineContext *context, Error *err)
{
    const ThrowawayKind *kind = throwaway->kind;
    ServerFacts like = {.dbms = dbms, .server_version_number = version > 0 ? version : NEWEST};
    Program *chosen = &throwaway->program;

    if (!program_choose(kind->id, &like, 0, context, chosen, err)) {
        return err->code == ERR_UNSUPPORTED && refuse(kind, &like, context, err);
    }
    if (generation(kind, chosen->version) < generation(kind, version)) {
        event_text(context->events, EVENT_WARNING,
                   "%s (%s) is older than the server that the backup is of: it may lack what the "
                   "backup needs",
                   chosen->path, chosen->said);
    }
    return true;
}

/* --- Its folder --------------------------------------------------------------------------- */

/* No server runs as root. */
static bool choose_user(Throwaway *throwaway, Error *err)
{
    const char *const names[] = {throwaway->kind->user, "nobody"};

    throwaway->is_other = geteuid() == 0;
    for (size_t i = 0; throwaway->is_other && i < ARRAY_LENGTH(names); i++) {
        const struct passwd *entry = getpwnam(names[i]);

        if (entry != NULL && entry->pw_uid != 0) {
            throwaway->user = (ProcessUser){.uid = entry->pw_uid, .gid = entry->pw_gid};
            (void)snprintf(throwaway->user_name, sizeof throwaway->user_name, "%s", names[i]);
            return true;
        }
    }
    return !throwaway->is_other ||
           error_set(err, ERR_UNSUPPORTED,
                     "a server doesn't run as root, and there is neither a user %s nor nobody",
                     names[0]);
}

static bool make_inside(const Throwaway *throwaway, const char *name, Error *err)
{
    char path[PATH_MAX];
    int n = snprintf(path, sizeof path, "%s/%s", throwaway->folder.path, name);

    if (n < 0 || (size_t)n >= sizeof path) {
        return error_set_errno(err, ENAMETOOLONG, "%s", throwaway->folder.path);
    }
    return (mkdir(path, 0700) == 0 && (!throwaway->is_other || lchown(path, throwaway->user.uid,
                                                                      throwaway->user.gid) == 0)) ||
           error_set_errno(err, errno, "cannot make %s", path);
}

static bool open_log(Throwaway *throwaway, Error *err)
{
    char path[PATH_MAX];

    (void)snprintf(path, sizeof path, "%.*s/log", PATH_MAX - 8, throwaway->folder.path);
    throwaway->log_fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600);
    return throwaway->log_fd >= 0 || error_set_errno(err, errno, "cannot make %s", path);
}

static bool check_socket(const Throwaway *throwaway, Error *err)
{
    size_t len = strlen(throwaway->folder.path) + 1 + strlen(throwaway->kind->socket);

    if (len < sizeof((struct sockaddr_un *)0)->sun_path) {
        return true;
    }
    (void)error_set(err, ERR_LIMIT, "%s is too long for a path of a socket",
                    throwaway->folder.path);
    return error_hint(err, "Choose another folder with TMPDIR.");
}

static bool make_folder(Throwaway *throwaway, const EngineContext *context, Error *err)
{
    static const char *const inside[] = {THROWAWAY_DATA, THROWAWAY_SOCKET, THROWAWAY_TMP};
    char parent[PATH_MAX];
    char *real = realpath(run_folder_usual_parent(), NULL); /* the server begins elsewhere */
    bool ok;

    if (real == NULL) {
        return error_set_errno(err, errno, "%s", run_folder_usual_parent());
    }
    (void)snprintf(parent, sizeof parent, "%.*s/", PATH_MAX - 2,
                   strcmp(real, "/") == 0 ? "" : real);
    free(real);
    ok = run_folder_make(parent, ".dbbackup-throwaway", context->events, &throwaway->folder, err) &&
         check_socket(throwaway, err);
    if (ok && throwaway->is_other && chmod(throwaway->folder.path, 0711) != 0) {
        ok = error_set_errno(err, errno, "cannot change %s", throwaway->folder.path);
    }
    for (size_t i = 0; ok && i < ARRAY_LENGTH(inside); i++) {
        ok = make_inside(throwaway, inside[i], err);
    }
    return ok && open_log(throwaway, err);
}

/* All but letters and digits as %XX. */
static bool make_uri(Throwaway *throwaway, Error *err)
{
    char folder[3 * sizeof throwaway->folder.path];
    size_t len = 0;

    for (const char *p = throwaway->folder.path; *p != '\0'; p++) {
        len += (size_t)snprintf(folder + len, sizeof folder - len, "%%%02X", (unsigned char)*p);
    }
    buffer_init(&throwaway->uri, sizeof folder + 1024);
    for (const char *p = throwaway->kind->uri; *p != '\0'; p++) {
        bool is_mark = *p == '%';

        if (is_mark && p[1] == 's') {
            buffer_append(&throwaway->uri, folder, len);
        } else {
            buffer_putc(&throwaway->uri, *p);
        }
        p += is_mark;
    }
    return buffer_ok(&throwaway->uri, "a URI", err);
}

/* --- Its last words ----------------------------------------------------------------------- */

static void add_last_words(const Throwaway *throwaway, Error *err)
{
    char text[LOG_SHOWN + 1];
    off_t size = throwaway->log_fd < 0 ? 0 : lseek(throwaway->log_fd, 0, SEEK_END);
    off_t from = size > LOG_SHOWN ? size - LOG_SHOWN : 0;
    ssize_t n = size > 0 ? pread(throwaway->log_fd, text, LOG_SHOWN, from) : 0;
    const char *words = text;
    size_t len = strlen(err->message);

    text[n > 0 ? n : 0] = '\0';
    if (from > 0 && strchr(text, '\n') != NULL) {
        words = strchr(text, '\n') + 1;
    }
    for (size_t end = strlen(words); end > 0 && words[end - 1] == '\n'; end--) {
        text[(words - text) + (ptrdiff_t)end - 1] = '\0';
    }
    (void)snprintf(err->message + len, sizeof err->message - len, "%s%s",
                   words[0] == '\0' ? "" : ":\n", words);
}

/* Whether it has ended, or does so now. */
static bool is_over(Throwaway *throwaway, const Error *err)
{
    const struct timespec moment = {.tv_nsec = MOMENT_NANOSECONDS};
    double start = clock_monotonic();
    bool is_lost = err->code == ERR_LOST || err->code == ERR_CONNECT;

    while (background_lives(&throwaway->process)) {
        if (!is_lost || clock_monotonic() - start > LOST_SECONDS) {
            return false;
        }
        (void)nanosleep(&moment, NULL);
    }
    return true;
}

void throwaway_explain(Throwaway *throwaway, const EngineContext *context, Error *err)
{
    if (!cancel_requested(context->cancel) && is_over(throwaway, err)) {
        size_t len = strlen(err->message);

        (void)snprintf(err->message + len, sizeof err->message - len,
                       "\nThe throw-away server (%s) has ended", throwaway->program.path);
        add_last_words(throwaway, err);
        err->hint[0] = '\0';
        (void)error_hint(err, "These are the last words of the server itself.");
    }
}

/* --- Its start ---------------------------------------------------------------------------- */

static ProcessSpec spec_of(const Throwaway *throwaway, const char *program,
                           const char *const *environment)
{
    return (ProcessSpec){
        .program = program,
        .environment = environment,
        .user = throwaway->is_other ? &throwaway->user : NULL,
        .folder = throwaway->folder.path,
        .death_signal = 0,
    };
}

/* Which it might not reach. */
static const char *const environment[] = {"TMPDIR", NULL};

static bool initialize(const Throwaway *throwaway, const EngineContext *context, Error *err)
{
    char path[PATH_MAX];
    ProcessSpec spec = spec_of(throwaway, path, environment);
    Arguments arguments;
    bool ok;

    event_text(context->events, EVENT_PHASE, "making a throw-away server");
    if (!throwaway->kind->initialize(&throwaway->program, throwaway->folder.path, path, &arguments,
                                     err)) {
        return false;
    }
    spec.argv = arguments_vector(&arguments, err);
    spec.cancel = context->cancel;
    ok = spec.argv != NULL && process_run(&spec, err);
    arguments_free(&arguments);
    if (!ok && err->code == ERR_TOOL && throwaway->is_other) {
        err->hint[0] = '\0';
        (void)error_hint(err,
                         "It ran as the user %s, who must be able to reach %s: another folder is "
                         "chosen with TMPDIR.",
                         throwaway->user_name, throwaway->folder.path);
    }
    return ok;
}

/* The server's version, as it says it itself, is told; false when it doesn't answer. */
static bool answers(const Throwaway *throwaway, const EngineContext *context, Error *err)
{
    const EngineContext silent = {.cancel = context->cancel};
    const ServerOptions server = {.uri = throwaway->uri.data, .never_password = true};
    ServerFacts facts;
    bool ok;

    server_facts_init(&facts);
    ok =
        throwaway->kind->engine->describe(&server, throwaway->kind->database, &silent, &facts, err);
    if (ok) {
        event_text(context->events, EVENT_NOTICE, "the throw-away server is %s %s, %s",
                   throwaway->kind->people, facts.server_version, throwaway->program.path);
    }
    server_facts_free(&facts);
    return ok;
}

static bool wait_for(Throwaway *throwaway, const EngineContext *context, Error *err)
{
    const struct timespec moment = {.tv_nsec = MOMENT_NANOSECONDS};
    double start = clock_monotonic();
    Error last = {0};

    while (!answers(throwaway, context, &last)) {
        if (!cancel_check(context->cancel, err)) {
            return false;
        }
        if (!background_lives(&throwaway->process)) {
            (void)error_set(err, ERR_TOOL, "the throw-away server (%s) did not start",
                            throwaway->program.path);
            add_last_words(throwaway, err);
            return error_hint(err, "These are the words of the server itself.");
        }
        if (clock_monotonic() - start > START_SECONDS) {
            return error_set(err, ERR_TOOL,
                             "the throw-away server (%s) did not answer within %d seconds: %s",
                             throwaway->program.path, START_SECONDS, last.message);
        }
        (void)nanosleep(&moment, NULL);
    }
    return true;
}

static bool start(Throwaway *throwaway, const EngineContext *context, Error *err)
{
    ProcessSpec spec = spec_of(throwaway, throwaway->program.path, environment);
    Arguments arguments;
    bool ok;

    throwaway->kind->start(&throwaway->program, throwaway->folder.path, &arguments);
    spec.argv = arguments_vector(&arguments, err);
    spec.death_signal = throwaway->kind->death_signal;
    ok = spec.argv != NULL &&
         background_start(&spec, throwaway->log_fd, &throwaway->process, err) &&
         wait_for(throwaway, context, err);
    arguments_free(&arguments);
    return ok;
}

/* Variables that lead libpq, libmariadb, and the programs that we run, to a server. From now on
 * that is this one; an empty value in a URI doesn't hold against all of them. */
static void forget_other_servers(void)
{
    size_t i = 0;

    while (environ[i] != NULL) {
        char name[64];
        size_t len = strcspn(environ[i], "=");

        if ((strncmp(environ[i], "PG", 2) == 0 || strncmp(environ[i], "MYSQL_", 6) == 0) &&
            len < sizeof name) {
            (void)snprintf(name, sizeof name, "%.*s", (int)len, environ[i]);
            (void)unsetenv(name); /* moves the others up */
        } else {
            i++;
        }
    }
}

bool throwaway_start(const char *dbms, int version, const EngineContext *context, Throwaway **out,
                     Error *err)
{
    const ThrowawayKind *kind = throwaway_kind(dbms);
    Throwaway *throwaway;

    if (kind == NULL) {
        return error_set(err, ERR_UNSUPPORTED, "no server of %s can be made here", dbms);
    }
    throwaway = calloc(1, sizeof *throwaway);
    if (throwaway == NULL) {
        return error_set_memory(err, "a throw-away server");
    }
    throwaway->kind = kind;
    throwaway->log_fd = -1;
    forget_other_servers();
    if (!choose(throwaway, dbms, version, context, err) || !choose_user(throwaway, err) ||
        !make_folder(throwaway, context, err) || !make_uri(throwaway, err) ||
        !initialize(throwaway, context, err) || !start(throwaway, context, err)) {
        throwaway_end(throwaway, context);
        return false;
    }
    *out = throwaway;
    return true;
}

/* --- Its end ------------------------------------------------------------------------------ */

void throwaway_end(Throwaway *throwaway, const EngineContext *context)
{
    char path[PATH_MAX];

    if (throwaway == NULL) {
        return;
    }
    background_end(&throwaway->process, throwaway->kind->end_signal, END_SECONDS);
    if (throwaway->log_fd >= 0) {
        (void)close(throwaway->log_fd);
    }
    memcpy(path, throwaway->folder.path, sizeof path);
    if (!run_folder_remove(&throwaway->folder)) {
        event_text(context->events, EVENT_WARNING,
                   "%s could not be removed with all that is in it: remove it", path);
    }
    buffer_free(&throwaway->uri);
    free(throwaway);
}
