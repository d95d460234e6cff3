/* SPDX-License-Identifier: Apache-2.0 */
/*
 * damage [--step N] [--all] [--random N] [--plain] FILE: does verify notice every damage to a file,
 * and does a restore, before it changes the server? All in memory of one process, and no server:
 * the engine is one that notes when it is asked to change something.
 *
 * Without --random: each Nth byte is altered, in one bit (--all: in each bit, and in all of them),
 * and the file is cut to each Nth length, without the manifest, which would make it easy. With it:
 * N times something at random, of what disks and networks do. A line on standard output tells how
 * many were found; others name those that weren't. Status 1 when there are any.
 *
 * What isn't found is harmless where a file of somebody else's still says the same statements: the
 * time in the head of gzip, a comment. Nothing is harmless in files of ours. --plain: it is a text
 * without any checksum; there what alters its statements can't be found, and only cuts count.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include "app/app.h"
#include "archive/script_stream.h"
#include "sql/script_check.h"

enum { PAGE = 4096, SECTOR = 512, SHOWN = 20 };

static _Noreturn void give_up(const char *what, const char *why)
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
    char piece[PAGE];
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

typedef struct Subject {
    const char *path; /* of a copy, which is damaged and mended again and again */
    int fd;
    uint64_t size;
    FileKind kind; /* as it is whole */
    const Engine *engine;
    bool create; /* a database: what a script of a server's globals must not be told */
    bool is_own;
    bool is_plain;
    uint64_t statements; /* a hash of them */
} Subject;

static const EngineContext no_context;

static bool verify(const Subject *subject, Error *err)
{
    VerifyResult result = {0};

    return verify_run(subject->path, NULL, &no_context, &result, err);
}

static bool restore_whole_server(const Subject *subject, const Selection *selection, Error *err)
{
    RestoreClusterResult result;
    RestoreClusterRequest request = {
        .engine = subject->engine,
        .path = subject->path,
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

/* True when the server would have been changed. */
static bool restore(const Subject *subject, Error *err)
{
    RestoreResult result = {0};
    Selection selection;
    RestoreRequest request = {
        .engine = subject->engine,
        .path = subject->path,
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
        !script_stream_open(subject->path, NULL, NULL, &text, &err)) {
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

/* --- One damage --------------------------------------------------------------------------- */

typedef struct Score {
    const char *what;
    uint64_t tried;
    uint64_t by_verify;
    uint64_t by_restore;
    uint64_t harmless;
    uint64_t no_checksum; /* --plain: not found, as was to be expected */
    uint64_t missed;
} Score;

static void show_miss(const Score *score, const char *who, uint64_t at, const Error *err)
{
    if (score->missed <= SHOWN) {
        (void)fprintf(stderr, "damage: %s at %" PRIu64 ": %s: %s\n", score->what, at, who,
                      err->message);
    }
}

static bool is_harmless(const Subject *subject)
{
    uint64_t hash;

    return !subject->is_own && hash_statements(subject, &hash) && hash == subject->statements;
}

/* Status 4 of the program; of nothing at all it says that it is no backup. */
static bool is_damage(const Error *err)
{
    return err->code == ERR_DAMAGED || err->code == ERR_NOT_BACKUP;
}

/* The file is damaged as it is to be. */
static void judge(const Subject *subject, Score *score, uint64_t at, bool is_cut)
{
    Error of_verify = {0};
    Error of_restore = {0};
    bool good = verify(subject, &of_verify);
    bool would_change = restore(subject, &of_restore);

    score->tried++;
    score->by_verify += !good;
    score->by_restore += !would_change;
    if (good || would_change) {
        if (is_harmless(subject)) {
            score->harmless++;
        } else if (subject->is_plain && !is_cut) {
            score->no_checksum++;
        } else {
            score->missed++;
            show_miss(score, good ? "verify found nothing" : "restore began", at, &of_verify);
        }
    } else if (subject->is_own && !(is_damage(&of_verify) && is_damage(&of_restore))) {
        score->missed++;
        show_miss(score, "it isn't called damage", at,
                  is_damage(&of_verify) ? &of_restore : &of_verify);
    }
}

static void show(const Subject *subject, const char *name, const Score *score)
{
    (void)printf("damage %s, %" PRIu64 " bytes: %" PRIu64 " times %s, found by verify %" PRIu64
                 ", by restore before any change %" PRIu64 ", harmless %" PRIu64
                 ", no checksum %" PRIu64 ", MISSED %" PRIu64 "\n",
                 name, subject->size, score->tried, score->what, score->by_verify,
                 score->by_restore, score->harmless, score->no_checksum, score->missed);
}

static void put(const Subject *subject, const void *bytes, size_t len, uint64_t at)
{
    if (pwrite(subject->fd, bytes, len, (off_t)at) != (ssize_t)len) {
        give_up(subject->path, strerror(errno));
    }
}

static void get(const Subject *subject, void *bytes, size_t len, uint64_t at)
{
    if (pread(subject->fd, bytes, len, (off_t)at) != (ssize_t)len) {
        give_up(subject->path, strerror(errno));
    }
}

static void cut(const Subject *subject, uint64_t size)
{
    if (ftruncate(subject->fd, (off_t)size) != 0) {
        give_up(subject->path, strerror(errno));
    }
}

/* --- Every byte, every length ------------------------------------------------------------- */

static void alter_bytes(const Subject *subject, uint64_t step, bool all, Score *score)
{
    static const uint8_t flips[] = {1, 2, 4, 8, 16, 32, 64, 128, 255};

    for (uint64_t at = 0; at < subject->size; at += step) {
        size_t first = all ? 0 : (size_t)(at / step % ARRAY_LENGTH(flips));
        uint8_t whole;

        get(subject, &whole, 1, at);
        for (size_t f = first; f < (all ? ARRAY_LENGTH(flips) : first + 1); f++) {
            uint8_t other = whole ^ flips[f];

            put(subject, &other, 1, at);
            judge(subject, score, at, false);
        }
        put(subject, &whole, 1, at);
    }
}

/* From the longest to the shortest, so that each is cut from the one before. */
static void cut_lengths(const Subject *subject, uint64_t step, Score *score)
{
    for (uint64_t size = subject->size; size > 0;) {
        size -= size < step ? size : step;
        cut(subject, size);
        judge(subject, score, size, true);
    }
}

/* --- At random ---------------------------------------------------------------------------- */

static uint64_t random_state = 88172645463325252ULL;

static uint64_t random_below(uint64_t n)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state % n;
}

typedef struct Wound {
    uint64_t at;
    size_t len;
    uint8_t before[PAGE];
} Wound;

/* What a disk does: a bit, some bytes, a sector of zeros, a page that belongs elsewhere. False
 * where the bytes are the same then. */
static bool wound(const Subject *subject, Wound *out)
{
    static const size_t lengths[] = {1, 1, 7, SECTOR, PAGE, PAGE};
    size_t kind = (size_t)random_below(ARRAY_LENGTH(lengths));
    uint8_t bytes[PAGE];

    out->len = subject->size < lengths[kind] ? (size_t)subject->size : lengths[kind];
    out->at = random_below(subject->size - out->len + 1);
    if (out->len >= SECTOR) {
        out->at -= out->at % SECTOR;
    }
    get(subject, out->before, out->len, out->at);
    memcpy(bytes, out->before, out->len);
    switch (kind) {
    case 0:
        bytes[0] ^= (uint8_t)(1U << random_below(8));
        break;
    case 3:
    case 4:
        memset(bytes, 0, out->len);
        break;
    case 5: {
        uint64_t from = random_below(subject->size - out->len + 1);

        get(subject, bytes, out->len, from - from % SECTOR);
        break;
    }
    default:
        for (size_t i = 0; i < out->len; i++) {
            bytes[i] = (uint8_t)random_below(256);
        }
        break;
    }
    if (memcmp(bytes, out->before, out->len) == 0) {
        return false;
    }
    put(subject, bytes, out->len, out->at);
    return true;
}

static void damage_at_random(const Subject *subject, uint64_t times, Score *score)
{
    while (score->tried < times) {
        Wound one;

        if (wound(subject, &one)) {
            judge(subject, score, one.at, false);
            put(subject, one.before, one.len, one.at);
        }
    }
}

/* ------------------------------------------------------------------------------------------ */

/* Into which server, and how. */
static bool find_restore(Subject *subject, Error *err)
{
    for (size_t i = 0; i < 2 * ARRAY_LENGTH(engine_of); i++) {
        subject->engine = &engine_of[i / 2];
        subject->create = i % 2 == 0;
        if (restore(subject, err)) {
            return true;
        }
    }
    return false;
}

/* It must be good as it is, or nothing that follows says anything. */
static void check_whole(Subject *subject)
{
    Error err = {0};

    if (!verify(subject, &err)) {
        give_up(subject->path, err.message);
    }
    if (!find_restore(subject, &err)) {
        give_up(subject->path, err.message);
    }
    if (!subject->is_own && !hash_statements(subject, &subject->statements)) {
        give_up(subject->path, "it can't be read as a script");
    }
}

static void open_copy(Subject *subject, const char *path)
{
    static char copy[] = "/tmp/dbb-damage-XXXXXX";
    char piece[65536];
    int from = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = 1;
    Error err;

    subject->path = copy;
    subject->fd = mkostemp(copy, O_CLOEXEC);
    if (from < 0 || subject->fd < 0) {
        give_up(path, strerror(errno));
    }
    while ((got = read(from, piece, sizeof piece)) > 0) {
        put(subject, piece, (size_t)got, subject->size);
        subject->size += (uint64_t)got;
    }
    (void)close(from);
    if (got < 0 || !file_kind_detect(subject->path, &subject->kind, &err)) {
        give_up(path, got < 0 ? strerror(errno) : err.message);
    }
    subject->is_own = subject->kind == FILE_CLUSTER || subject->kind == FILE_SCRIPT_ARCHIVE;
}

int main(int argc, char **argv)
{
    static const struct option words[] = {{"step", required_argument, NULL, 's'},
                                          {"all", no_argument, NULL, 'a'},
                                          {"random", required_argument, NULL, 'r'},
                                          {"plain", no_argument, NULL, 'p'},
                                          {NULL, 0, NULL, 0}};
    Score scores[] = {{.what = "altered"}, {.what = "cut"}, {.what = "damaged at random"}};
    Subject subject = {0};
    uint64_t missed = 0;
    uint64_t times = 0;
    uint64_t step = 1;
    bool all = false;
    int word;

    while ((word = getopt_long(argc, argv, "", words, NULL)) != -1) {
        subject.is_plain |= word == 'p';
        all |= word == 'a';
        step = word == 's' ? strtoull(optarg, NULL, 10) : step;
        times = word == 'r' ? strtoull(optarg, NULL, 10) : times;
    }
    if (optind + 1 != argc || step == 0) {
        give_up("usage", "damage [--step N] [--all] [--random N] [--plain] FILE");
    }
    open_copy(&subject, argv[optind]);
    check_whole(&subject);
    if (times > 0) {
        damage_at_random(&subject, times, &scores[2]);
    } else {
        alter_bytes(&subject, step, all, &scores[0]);
        cut_lengths(&subject, step, &scores[1]);
    }
    for (size_t i = 0; i < ARRAY_LENGTH(scores); i++) {
        missed += scores[i].missed;
        if (scores[i].tried > 0) {
            show(&subject, basename(argv[optind]), &scores[i]);
        }
    }
    (void)close(subject.fd);
    (void)unlink(subject.path);
    return missed == 0 ? 0 : 1;
}
