/* SPDX-License-Identifier: Apache-2.0 */
/* A file that is damaged again and again, and who is asked whether he notices. */
#ifndef DBB_TESTS_DAMAGE_SUBJECT_H
#define DBB_TESTS_DAMAGE_SUBJECT_H

#include <stdbool.h>
#include <stdint.h>

#include "archive/file_kind.h"
#include "base/error.h"
#include "engine/engine.h"
#include "io/key_ring.h"

typedef struct Subject {
    const char *path; /* of a copy, which is damaged and mended again and again */
    int fd;
    uint64_t size;
    KeyRing *keys;        /* of an encrypted one; otherwise NULL */
    bool is_plain;        /* a text without any checksum */
    FileKind kind;        /* as it is whole; of an encrypted one, of what it holds */
    const Engine *engine; /* from here on: what subject_begin() finds out */
    bool create;          /* a database: what a script of a server's globals must not be told */
    bool is_own;
    uint64_t content; /* subject_hash() of it, where it is needed */
} Subject;

/* What the tool itself fails with; status 2. */
_Noreturn void give_up(const char *what, const char *why);
/* Finds out what it is. It must be good as it is, or nothing that follows says anything: gives up
 * otherwise. */
void subject_begin(Subject *subject);
bool subject_verify(const Subject *subject, Error *err) MUST_CHECK;
/* True when the server would have been changed. */
bool subject_restore(const Subject *subject, Error *err) MUST_CHECK;
/* Of all statements and data; of an encrypted file, of all that it holds. False: it can't be read.
 */
bool subject_hash(const Subject *subject, uint64_t *hash) MUST_CHECK;

#endif
