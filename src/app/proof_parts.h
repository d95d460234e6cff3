/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of a restore for proof share; nobody else includes it. */
#ifndef DBB_APP_PROOF_PARTS_H
#define DBB_APP_PROOF_PARTS_H

#include "app/app.h"
#include "archive/cluster_reader.h"
#include "engine/tools/throwaway.h"

/* One database at work. */
typedef struct Proof {
    const ProofRequest *request;
    const EngineContext *context; /* with a cancel of its own */
    const Selection *selection;   /* what of the file is restored */
    Arena *arena;                 /* of the result's texts */
    ProofDatabase *database;
} Proof;

/* A server for the proof of this file alone, and in *own a request that leads to it. The caller
 * ends it with throwaway_end. */
bool proof_make_server(const ProofRequest *request, const EngineContext *context,
                       ProofResult *result, Throwaway **server, ProofRequest *own,
                       Error *err) MUST_CHECK;
/* On such a server: the globals of a cluster archive, before its databases. What of them fails is a
 * warning, and counted. */
bool proof_restore_globals(const ProofRequest *request, const ClusterArchive *archive,
                           const EngineContext *context, ProofResult *result,
                           Error *err) MUST_CHECK;
/* Roles or users, without rights to log in, of those names that a backup's definitions need. */
bool proof_make_accounts(const ProofRequest *request, const ScriptArchive *archive,
                         const EngineContext *context, Error *err) MUST_CHECK;

/* The scratch database as a backup would see it, against the entries of the archive that were
 * restored into it. */
bool proof_compare(const Proof *proof, const ScriptArchive *archive, const Toc *chosen,
                   Error *err) MUST_CHECK;

/* What of a definition's text must be the same: not its heading, and no part of leave_out. out is
 * emptied first. */
bool proof_text(const Entry *entry, const Buffer *text, unsigned leave_out, Buffer *out,
                Error *err) MUST_CHECK;

/* Where two such texts first differ. */
typedef struct ProofLines {
    char file[256];
    char restored[256];
} ProofLines;

void proof_first_difference(const Buffer *text, const Buffer *restored, ProofLines *lines);

/* Whether they consist of the same lines, as do two tables whose columns stand in another order. */
bool proof_same_lines(const Buffer *text, const Buffer *restored, bool *same,
                      Error *err) MUST_CHECK;

/* Of MySQL: whether they are the same but for a DEFINER, which the file's may lack. `ignored`: both
 * may have one, and another. */
bool proof_same_but_definer(const Buffer *text, const Buffer *restored, bool ignored, bool *same,
                            Error *err) MUST_CHECK;

/* Bytes at the beginning of a chunk of rows, with the names of its columns. */
enum { PROOF_HEAD_SIZE = 1024 * 1024 };

/* Where the columns of a table came back in another order (*reordered), as the beginning of its
 * text tells: the sum of the file's rows with their fields in that order. */
bool proof_reordered_content(const ScriptArchive *archive, const Entry *entry, const char *restored,
                             bool *reordered, uint64_t *content, Error *err) MUST_CHECK;

#endif
