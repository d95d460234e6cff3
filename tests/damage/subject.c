/* SPDX-License-Identifier: Apache-2.0 */
/* What verify and a restore say of a file, in one process, with an engine that changes nothing. */
#include "subject.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

#include "app/app.h"
#include "archive/script_stream.h"
#include "io/crypt_source.h"
#include "sql/script_check.h"

enum { PIECE = 4096 };

void give_up(const char *what, const char *why)
{
    (void)fprintf(stderr, "damage: %s: %s\n", what, why);
    exit(2);
}

/* --- The server that must not be changed -------------------------------------------------- */

static bool changed;
static int session; /* of which there is an address */

static bool stop(Error *err)
{
    changed = true;
    return error_set(err, ERR_CANCELLED, "the server would have been changed");
}

static bool fake_reads(const char *dbms)
{
    (void)dbms;
    return true;
}

static bool fake_begin(const ServerOptions *server, const RestoreTarget *target,
                       const EngineContext *context, RestoreSession **out, Error *err)
{
    (void)server;
    (void)target;
    (void)context;
    (void)err;
    *out = (RestoreSession *)(void *)&session;
    return true;
}

static bool fake_prepare(RestoreSession *unused, const Toc *toc, Error *err)
{
    (void)unused;
    (void)toc;
    return stop(err);
}

static void fake_end(RestoreSession *unused, Error *err)
{
    (void)unused;
    (void)err;
}

static bool fake_list(const ServerOptions *server, const char *database,
                      const EngineContext *context, DatabaseList *list, Error *err)
{
    (void)server;
    (void)database;
    (void)context;
    (void)list;
    (void)err;
    return true;
}

/* As the real ones, it reads the script to its end; then it would run it. */
static bool fake_globals(const ServerOptions *server, const char *database,
                         const GlobalsTarget *target, const EngineContext *context,
                         const char *name, Reader *text, GlobalsStats *stats, Error *err)
{
    char piece[PIECE];
    size_t got = 1;

    (void)server;
    (void)database;
    (void)context;
    (void)name;
    (void)stats;
    while (target->dry_run && got > 0) {
        if (!reader_read(text, piece, sizeof piece, &got, err)) {
            return false;
        }
    }
    return target->dry_run || stop(err);
}

static const Engine engine_of[] = {
    {
        .name = "postgres",
        .servers = "PostgreSQL",
        .dialect = SQL_POSTGRES,
        .reads = fake_reads,
        .restore_begin = fake_begin,
        .restore_prepare = fake_prepare,
        .restore_end = fake_end,
        .list_databases = fake_list,
        .globals_restore = fake_globals,
    },
    {
        .name = "mysql",
        .servers = "MySQL and MariaDB",
        .dialect = SQL_MYSQL,
        .reads = fake_reads,
        .restore_begin = fake_begin,
        .restore_prepare = fake_prepare,
        .restore_end = fake_end,
        .list_databases = fake_list,
        .globals_restore = fake_globals,
    },
};

/* --- What is said of a file --------------------------------------------------------------- */

static const EngineContext no_context;

bool subject_verify(const Subject *subject, Error *err)
{
    VerifyResult result = {0};

    return verify_run(subject->path, subject->keys, &no_context, &result, err);
}

static bool restore_whole_server(const Subject *subject, const Selection *selection, Error *err)
{
    RestoreClusterResult result;
    RestoreClusterRequest request = {
        .engine = subject->engine,
        .path = subject->path,
        .keys = subject->keys,
        .choice = ENGINE_NATIVE,
        .selection = selection,
        .confirm = true,
        .jobs = 1,
    };
    bool ok;

    restore_cluster_result_init(&result);
    ok = restore_cluster_run(&request, &no_context, &result, err);
    restore_cluster_result_free(&result);
    return ok;
}

bool subject_restore(const Subject *subject, Error *err)
{
    RestoreResult result = {0};
    Selection selection;
    RestoreRequest request = {
        .engine = subject->engine,
        .path = subject->path,
        .keys = subject->keys,
        .database = "target",
        .choice = ENGINE_NATIVE,
        .selection = &selection,
        .create = subject->create,
        .jobs = 1,
    };
    bool ok;

    changed = false;
    selection_init(&selection);
    ok = subject->kind == FILE_CLUSTER ? restore_whole_server(subject, &selection, err)
                                       : restore_run(&request, &no_context, &result, err);
    selection_free(&selection);
    return ok || changed;
}

/* Of all statements and data, without comments and the white space between them. */
static bool hash_statements(const Subject *subject, uint64_t *hash)
{
    XXH3_state_t *state = XXH3_createState();
    SqlToken token = {0};
    SqlLexer *lexer;
    Reader *text;
    Error err;
    bool ok;

    if (state == NULL || XXH3_64bits_reset(state) != XXH_OK ||
        !script_stream_open(subject->path, subject->keys, NULL, &text, &err)) {
        (void)XXH3_freeState(state);
        return false;
    }
    if (!sql_lexer_new(text, subject->path, SQL_STATEMENT_LIMIT, &lexer, &err)) {
        give_up(subject->path, err.message);
    }
    sql_lexer_set_dialect(lexer, SQL_GUESSED);
    do {
        ok = sql_lexer_next(lexer, &token, &err);
        if (ok && token.len > 0) {
            (void)XXH3_64bits_update(state, token.text, token.len);
        }
    } while (ok && token.kind != SQL_END);
    *hash = XXH3_64bits_digest(state);
    sql_lexer_free(lexer);
    reader_close(text);
    (void)XXH3_freeState(state);
    return ok;
}

/* Of all that an encrypted file holds. */
static bool hash_decrypted(const Subject *subject, uint64_t *hash)
{
    XXH3_state_t *state = XXH3_createState();
    char piece[PIECE];
    bool encrypted;
    Source *source;
    Error err;
    bool ok;

    if (state == NULL || XXH3_64bits_reset(state) != XXH_OK ||
        !crypt_source_open(subject->path, subject->keys, &source, &encrypted, &err)) {
        (void)XXH3_freeState(state);
        return false;
    }
    ok = encrypted;
    for (uint64_t at = 0; ok && at < source->size; at += sizeof piece) {
        uint64_t rest = source->size - at;
        size_t n = rest < sizeof piece ? (size_t)rest : sizeof piece;

        ok = source_read_at(source, piece, n, at, &err);
        if (ok) {
            (void)XXH3_64bits_update(state, piece, n);
        }
    }
    *hash = XXH3_64bits_digest(state);
    source_close(source);
    (void)XXH3_freeState(state);
    return ok;
}

bool subject_hash(const Subject *subject, uint64_t *hash)
{
    return subject->keys != NULL ? hash_decrypted(subject, hash) : hash_statements(subject, hash);
}

/* --- To begin with it --------------------------------------------------------------------- */

/* Into which server, and how. */
static bool find_restore(Subject *subject, Error *err)
{
    for (size_t i = 0; i < 2 * ARRAY_LENGTH(engine_of); i++) {
        subject->engine = &engine_of[i / 2];
        subject->create = i % 2 == 0;
        if (subject_restore(subject, err)) {
            return true;
        }
    }
    return false;
}

static bool find_kind(Subject *subject, Error *err)
{
    bool encrypted;
    Source *source;
    bool ok;

    if (!crypt_source_open(subject->path, subject->keys, &source, &encrypted, err)) {
        return false;
    }
    ok = file_kind_of_source(source, &subject->kind, err);
    source_close(source);
    if (ok && encrypted != (subject->keys != NULL)) {
        give_up(subject->path, "--key-file is for encrypted files, and for no others");
    }
    return ok;
}

void subject_begin(Subject *subject)
{
    Error err = {0};

    if (!find_kind(subject, &err)) {
        give_up(subject->path, err.message);
    }
    subject->is_own = subject->kind == FILE_CLUSTER || subject->kind == FILE_SCRIPT_ARCHIVE;
    if (!subject_verify(subject, &err) || !find_restore(subject, &err)) {
        give_up(subject->path, err.message);
    }
    if ((!subject->is_own || subject->keys != NULL) && !subject_hash(subject, &subject->content)) {
        give_up(subject->path, "it can't be read again");
    }
}
