/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fails one call of the program. Put before its libraries by LD_PRELOAD; variables say what is to
 * happen:
 *
 *   FAULT_STATE   a file, empty or of NULs, that becomes a FaultState, counted up all the while
 *   FAULT         "CLASS KIND N [on]": the Nth call of the class fails in that way; `on`: and so
 *                 do all that follow. "CLASS KIND N@CHAIN [on]": the Nth that this chain of
 *                 callers makes. Without it, calls are only counted
 *   FAULT_CHAINS  they are counted by their chains of callers, too
 *   FAULT_TRACE   a file for the calls that led there and, behind an empty line, to a crash; with
 *                 FAULT_CHAINS for each chain, behind its number
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
    FAULT_KILL,  /* SIGKILL before the call */
} FaultKind;

enum { FAULT_NAME_SIZE = 64, FAULT_CHAINS = 1 << 15 };

/* The calls that led to a call, as a number that is the same in each run of the same program. */
typedef struct FaultChain {
    uint64_t id; /* its last four bits are the class; 0: nothing stands here */
    uint64_t calls;
} FaultChain;

/* As faults.py reads it. */
typedef struct FaultState {
    uint64_t calls[FAULT_CLASSES];
    uint64_t failed;            /* how many calls were made to fail */
    char name[FAULT_NAME_SIZE]; /* the first of them */
    FaultChain chains[FAULT_CHAINS];
} FaultState;

/* Counts the call; how it is to fail. errno is then set for FAULT_ERRNO. */
FaultKind fault_at(FaultClass class, const char *function);
/* Lets all that follows pass, uncounted. */
void fault_end(void);
/* The function that the program would have called without us. */
void fault_next(const char *function, void *pointer);

/* Defines `real`, the function that is hidden by ours. */
#define REAL(function)                                                                             \
    static __typeof__(&function) real;                                                             \
    if (real == NULL) {                                                                            \
        fault_next(#function, &real);                                                              \
    }

#define IS_FAILED(class) (fault_at(class, __func__) != FAULT_NONE)

#endif
