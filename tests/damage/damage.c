/* SPDX-License-Identifier: Apache-2.0 */
/*
 * damage [--step N] [--all] [--random N] [--plain] [--key-file KEY] [--chunks OTHER] FILE: does
 * verify notice every damage to a file, and does a restore, before it changes the server? All in
 * memory of one process, and no server: the engine is one that notes when it is asked to change
 * something.
 *
 * Without --random: each Nth byte is altered, in one bit (--all: in each bit, and in all of them),
 * and the file is cut to each Nth length, without the manifest, which would make it easy. With it:
 * N times something at random, of what disks and networks do. With --chunks, of an encrypted file:
 * whole chunks change places, are left out, come twice, or come out of OTHER, which has the same
 * key. A line on standard output tells how many were found; others name those that weren't. Status
 * 1 when there are any.
 *
 * What isn't found is harmless where a file of somebody else's still says the same statements: the
 * time in the head of gzip, a comment. Nothing is harmless in files of ours, but for one thing:
 * what verify finds in an encrypted file's header a restore may go over, as long as each byte that
 * it restores is what was encrypted. --plain: it is a text without any checksum; there what alters
 * its statements can't be found, and only cuts count.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/crypt_header.h"
#include "subject.h"

enum { PAGE = 4096, SECTOR = 512, SHOWN = 20 };

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

/* Status 4 of the program; of nothing at all it says that it is no backup. */
static bool is_damage(const Error *err)
{
    return err->code == ERR_DAMAGED || err->code == ERR_NOT_BACKUP;
}

static bool is_harmless(const Subject *subject, const Error *of_verify)
{
    uint64_t hash;

    return (subject->keys != NULL ? is_damage(of_verify) : !subject->is_own) &&
           subject_hash(subject, &hash) && hash == subject->content;
}

/* The file is damaged as it is to be. */
static void judge(const Subject *subject, Score *score, uint64_t at, bool is_cut)
{
    Error of_verify = {0};
    Error of_restore = {0};
    bool good = subject_verify(subject, &of_verify);
    bool would_change = subject_restore(subject, &of_restore);

    score->tried++;
    score->by_verify += !good;
    score->by_restore += !would_change;
    if (good || would_change) {
        if (is_harmless(subject, &of_verify)) {
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

/* --- Whole chunks of an encrypted file ---------------------------------------------------- */

/* What becomes of chunk n; the order is that of the scores. */
typedef enum ChunkDamage { SWAPPED, DROPPED, DOUBLED, OF_OTHER_FILE, N_CHUNK_DAMAGES } ChunkDamage;

static uint8_t *read_whole(const char *path, size_t *size)
{
    Subject file = {.path = path, .fd = open(path, O_RDONLY | O_CLOEXEC)};
    off_t len = file.fd < 0 ? -1 : lseek(file.fd, 0, SEEK_END);
    uint8_t *bytes = len < 0 ? NULL : malloc((size_t)len + 1);

    if (bytes == NULL) {
        give_up(path, strerror(errno));
    }
    *size = (size_t)len;
    get(&file, bytes, *size, 0);
    (void)close(file.fd);
    return bytes;
}

/* A chunk and all that follows, as they are to stand. Returns their size. */
static size_t damage_chunk(ChunkDamage damage, const uint8_t *from, size_t rest,
                           const uint8_t *other, uint8_t *to)
{
    const size_t one = CRYPT_SEALED_SIZE;

    switch (damage) {
    case SWAPPED:
        memcpy(to, from + one, one);
        memcpy(to + one, from, one);
        memcpy(to + 2 * one, from + 2 * one, rest - 2 * one);
        return rest;
    case DROPPED:
        memcpy(to, from + one, rest - one);
        return rest - one;
    case DOUBLED:
        memcpy(to, from, one);
        memcpy(to + one, from, rest);
        return rest + one;
    default:
        memcpy(to, other, one);
        memcpy(to + one, from + one, rest - one);
        return rest;
    }
}

/* With each chunk of 64 KiB, as far as there is one behind it, and the other file has it, too. */
static void move_chunks(const Subject *subject, const char *other_path, Score *scores)
{
    const size_t one = CRYPT_SEALED_SIZE;
    size_t other_size;
    size_t size;
    uint8_t *other = read_whole(other_path, &other_size);
    uint8_t *whole = read_whole(subject->path, &size);
    uint8_t *damaged = malloc(size + one);

    if (damaged == NULL) {
        give_up(subject->path, strerror(errno));
    }
    for (size_t at = CRYPT_HEADER_SIZE; at + 2 * one <= size && at + one <= other_size; at += one) {
        for (size_t i = 0; i < N_CHUNK_DAMAGES; i++) {
            size_t len = damage_chunk((ChunkDamage)i, whole + at, size - at, other + at, damaged);

            put(subject, damaged, len, at);
            cut(subject, at + len);
            judge(subject, &scores[i], at, false);
        }
        put(subject, whole + at, size - at, at);
        cut(subject, size);
    }
    free(damaged);
    free(whole);
    free(other);
}

/* ------------------------------------------------------------------------------------------ */

static void open_copy(Subject *subject, const char *path)
{
    static char copy[] = "/tmp/dbb-damage-XXXXXX";
    char piece[65536];
    int from = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = 1;

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
    if (got < 0) {
        give_up(path, strerror(errno));
    }
}

typedef struct Task {
    uint64_t step;
    uint64_t times; /* at random */
    bool all;
    const char *other; /* the file whose chunks are taken */
    const char *path;
} Task;

static void read_words(int argc, char **argv, Subject *subject, Task *task)
{
    static const struct option words[] = {{"step", required_argument, NULL, 's'},
                                          {"all", no_argument, NULL, 'a'},
                                          {"random", required_argument, NULL, 'r'},
                                          {"plain", no_argument, NULL, 'p'},
                                          {"key-file", required_argument, NULL, 'k'},
                                          {"chunks", required_argument, NULL, 'c'},
                                          {NULL, 0, NULL, 0}};
    static KeyRing ring;
    int word;

    while ((word = getopt_long(argc, argv, "", words, NULL)) != -1) {
        subject->is_plain |= word == 'p';
        task->all |= word == 'a';
        task->step = word == 's' ? strtoull(optarg, NULL, 10) : task->step;
        task->times = word == 'r' ? strtoull(optarg, NULL, 10) : task->times;
        task->other = word == 'c' ? optarg : task->other;
        if (word == 'k') {
            ring.key_file = optarg;
            subject->keys = &ring;
        }
    }
    if (optind + 1 != argc || task->step == 0 || (task->other != NULL && subject->keys == NULL)) {
        give_up("usage", "damage [--step N] [--all] [--random N] [--plain] [--key-file KEY] "
                         "[--chunks OTHER] FILE");
    }
    task->path = argv[optind];
}

int main(int argc, char **argv)
{
    Score scores[] = {{.what = "altered"},
                      {.what = "cut"},
                      {.what = "damaged at random"},
                      {.what = "chunks swapped"},
                      {.what = "chunks dropped"},
                      {.what = "chunks doubled"},
                      {.what = "chunks of another file"}};
    Task task = {.step = 1};
    Subject subject = {0};
    uint64_t missed = 0;

    read_words(argc, argv, &subject, &task);
    open_copy(&subject, task.path);
    subject_begin(&subject);
    if (task.other != NULL) {
        move_chunks(&subject, task.other, &scores[3]);
    } else if (task.times > 0) {
        damage_at_random(&subject, task.times, &scores[2]);
    } else {
        alter_bytes(&subject, task.step, task.all, &scores[0]);
        cut_lengths(&subject, task.step, &scores[1]);
    }
    for (size_t i = 0; i < ARRAY_LENGTH(scores); i++) {
        missed += scores[i].missed;
        if (scores[i].tried > 0) {
            show(&subject, basename(task.path), &scores[i]);
        }
    }
    (void)close(subject.fd);
    (void)unlink(subject.path);
    return missed == 0 ? 0 : 1;
}
