/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A server of our own, for a while: made from the programs that are on this machine, in a folder of
 * its own, reached through a socket in it and by nobody else. It writes nothing safely to the disk,
 * and nothing of it stays. It dies when we die; a folder that a killed run left is removed by the
 * next run (base/run_folder.h).
 */
#ifndef DBB_ENGINE_TOOLS_THROWAWAY_H
#define DBB_ENGINE_TOOLS_THROWAWAY_H

#include "engine/tools/programs.h"

typedef struct Throwaway Throwaway;

/* For backups of a server of this kind and version. dbms: as in TocInfo. version: its number, 0
 * where it isn't known. Of the servers that are installed one of the same generation is taken,
 * otherwise the next newer one, otherwise the newest, with a warning. It stands in $TMPDIR, or
 * /tmp. Call it on the thread that will be there until the end: when that ends, so does the server.
 * ERR_UNSUPPORTED when none is installed; ERR_TOOL, with its last words, when it doesn't start. */
bool throwaway_start(const char *dbms, int version, const EngineContext *context, Throwaway **out,
                     Error *err) MUST_CHECK;
const Engine *throwaway_engine(const Throwaway *throwaway);
/* Where to connect, as a superuser; whatever the environment says. */
const char *throwaway_uri(const Throwaway *throwaway);
const Program *throwaway_program(const Throwaway *throwaway);
/* After a failure: when the server is gone, err gets its last words. */
void throwaway_explain(Throwaway *throwaway, const EngineContext *context, Error *err);
/* Stops it, and removes all of it. NULL is fine. */
void throwaway_end(Throwaway *throwaway, const EngineContext *context);

#endif
