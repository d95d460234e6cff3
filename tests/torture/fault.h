/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fails one call of the program, the Nth of a class. Put before its libraries by LD_PRELOAD; three
 * variables say what is to happen:
 *
 *   FAULT_STATE  a file that begins with a FaultState, which is counted up as the program runs
 *   FAULT        "CLASS KIND N [on]": the Nth call of the class fails in that way; `on`: and so do
 *                all that follow. Without it, calls are only counted
 *   FAULT_TRACE  a file for the calls that led there
 *
 * What the program's libraries call counts like what it calls itself. Programs that it starts have
 * other names and are left alone.
 */
#ifndef DBB_TESTS_TORTURE_FAULT_H
#define DBB_TESTS_TORTURE_FAULT_H

#include <stdbool.h>
#include <stdint.h>

#include "../../src/base/compiler.h"

/* The order is that of CLASSES in faults.py. */
typedef enum FaultClass {
    FAULT_ALLOC,   /* malloc and its family */
    FAULT_READ,    /* of files and pipes */
    FAULT_WRITE,   /* to files and pipes */
    FAULT_RECEIVE, /* from sockets */
    FAULT_SEND,    /* to sockets */
    FAULT_SYNC,    /* fsync */
    FAULT_NAME,    /* rename, link, unlink, mkdir … */
    FAULT_OPEN,    /* open, socket … */
    FAULT_STATUS,  /* stat, flock, ftruncate … */
    FAULT_CLOSE,
    FAULT_POLL,
    FAULT_THREAD, /* pthread_create */
    FAULT_LIBPQ,
    FAULT_LIBMARIADB,
    FAULT_CLASSES,
} FaultClass;

typedef enum FaultKind {
    FAULT_NONE,
    FAULT_ERRNO, /* the call fails with this errno, and does nothing */
    FAULT_SHORT, /* half of the bytes are read or written: no failure */
    FAULT_LOST,  /* the connection is shut down before the call */
    FAULT_FAIL,  /* the call says that it failed, and does nothing */
} FaultKind;

enum { FAULT_NAME_SIZE = 64 };

/* As faults.py reads it. */
typedef struct FaultState {
    uint64_t calls[FAULT_CLASSES];
    uint64_t failed;            /* how many calls were made to fail */
    char name[FAULT_NAME_SIZE]; /* the first of them */
} FaultState;

/* Counts the call; how it is to fail. errno is then set for FAULT_ERRNO. */
FaultKind fault_at(FaultClass class, const char *function);
/* Lets all that follows pass, uncounted. */
void fault_end(void);
/* The function that the program would have called without us. */
void fault_next(const char *function, void *pointer);

#endif
