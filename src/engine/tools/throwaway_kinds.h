/* SPDX-License-Identifier: Apache-2.0 */
/* How servers of each kind are made and started, for throwaway.c; nobody else includes it. */
#ifndef DBB_ENGINE_TOOLS_THROWAWAY_KINDS_H
#define DBB_ENGINE_TOOLS_THROWAWAY_KINDS_H

#include "engine/tools/arguments.h"
#include "engine/tools/programs.h"

/* In the server's folder, its own: */
#define THROWAWAY_DATA   "data" /* the data */
#define THROWAWAY_SOCKET "s"    /* a folder for the socket, of a short name */
#define THROWAWAY_TMP    "tmp"  /* temporary files */

typedef struct ThrowawayKind {
    const Engine *engine;
    ProgramId id;
    const char *people;   /* "PostgreSQL" */
    const char *packages; /* what to install */
    const char *user;     /* as whom it runs that root starts; where there is none, nobody */
    const char *database; /* that every server has */
    const char *socket;   /* the socket's file, in the folder */
    const char *uri;      /* %s: the folder, encoded */
    int end_signal;       /* data may be lost by it */
    int death_signal;     /* when we die */
    /* The program that makes the data, and its arguments. ERR_UNSUPPORTED where it isn't there. */
    bool (*initialize)(const Program *server, const char *folder, char program[static PATH_MAX],
                       Arguments *arguments, Error *err);
    void (*start)(const Program *server, const char *folder, Arguments *arguments);
} ThrowawayKind;

/* dbms: as in TocInfo; NULL for a server that isn't known. */
const ThrowawayKind *throwaway_kind(const char *dbms);

#endif
