/* SPDX-License-Identifier: Apache-2.0 */
/* A proof on a server that is made for it: which one the file asks for. */
#include <stdio.h>
#include <string.h>

#include "app/proof_parts.h"
#include "io/crypt_source.h"

/* What a file is a backup of. */
typedef struct Origin {
    char dbms[32];
    int version; /* 0: it isn't known */
} Origin;

/* Copied: the archive is closed before its server is made. */
static void set_origin(Origin *origin, const char *dbms, int version)
{
    (void)snprintf(origin->dbms, sizeof origin->dbms, "%s", dbms != NULL ? dbms : "postgres");
    origin->version = version;
}

static bool read_script(Source *source, Origin *origin, Error *err)
{
    ScriptArchive *archive;
    const TocInfo *info;

    if (!script_archive_open_source(source, &archive, err)) {
        return false;
    }
    info = &script_archive_toc(archive)->info;
    set_origin(origin, info->dbms, info->server_version_number);
    script_archive_close(archive);
    return true;
}

static bool read_cluster(Source *source, Origin *origin, Error *err)
{
    ClusterArchive *archive;
    const ClusterInfo *info;

    if (!cluster_archive_open_source(source, &archive, err)) {
        return false;
    }
    info = &cluster_archive_index(archive)->info;
    set_origin(origin, info->dbms, info->server_version_number);
    cluster_archive_close(archive);
    return true;
}

static bool read_origin(const ProofRequest *request, FileKind kind, Origin *origin, Error *err)
{
    Source *source;
    bool encrypted;

    *origin = (Origin){.dbms = "postgres"};
    if (kind != FILE_SCRIPT_ARCHIVE && kind != FILE_CLUSTER) { /* pg_dump's */
        return true;
    }
    return crypt_source_open(request->path, request->keys, &source, &encrypted, err) &&
           (kind == FILE_CLUSTER ? read_cluster : read_script)(source, origin, err);
}

bool proof_make_server(const ProofRequest *request, const EngineContext *context,
                       ProofResult *result, Throwaway **server, ProofRequest *own, Error *err)
{
    Origin origin;

    if (!read_origin(request, result->file.kind, &origin, err) ||
        !throwaway_start(origin.dbms, origin.version, context, server, err)) {
        return false;
    }
    *own = *request;
    own->engine = throwaway_engine(*server);
    own->connect_to = throwaway_uri(*server);
    own->server = (ServerOptions){.uri = throwaway_uri(*server),
                                  .never_password = true,
                                  .stall_seconds = request->server.stall_seconds};
    /* Tablespaces are folders of the machine that the backup is of; here they may be others'. */
    own->leave_out |= TEXT_BIT(TEXT_TABLESPACE);
    result->program = arena_strdup(&result->arena, throwaway_program(*server)->path);
    result->program_version = arena_strdup(&result->arena, throwaway_program(*server)->said);
    if (!arena_ok(&result->arena, "the report", err)) {
        throwaway_end(*server, context);
        return false;
    }
    return true;
}
