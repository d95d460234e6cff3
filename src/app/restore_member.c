/* SPDX-License-Identifier: Apache-2.0 */
/* One database out of a cluster archive, of which nothing else is read but the index. */
#include <string.h>

#include "app/cluster_names.h"
#include "app/restore_parts.h"
#include "archive/cluster_reader.h"

/* The one that is asked for, and that is there; otherwise NULL. */
static const ClusterMember *find_member(const RestoreRequest *request, const ClusterIndex *index,
                                        Error *err)
{
    const ClusterMember *found;

    if (request->member == NULL) {
        (void)error_set(err, ERR_USAGE, "%s is a backup of a whole server. Its databases: %s",
                        request->path, cluster_names(index).text);
        (void)error_hint(err, "Name the database to restore with --database; all of them come back "
                              "with `dbbackup restore cluster`.");
        return NULL;
    }
    found = cluster_index_find(index, request->member);
    if (found == NULL) {
        (void)error_set(err, ERR_USAGE, "%s doesn't hold the database \"%s\", but: %s",
                        request->path, request->member, cluster_names(index).text);
        return NULL;
    }
    if (found->failure != NULL) {
        (void)error_set(err, ERR_NOT_BACKUP,
                        "%s doesn't hold the database \"%s\", which failed: %s", request->path,
                        request->member, found->failure);
        (void)error_hint(err, "Look for an older backup that has it: `dbbackup list DIR`.");
        return NULL;
    }
    return found;
}

/* An indexed script has hashes of its own, of each part that is read. Others have none. */
static bool check_member(const ClusterArchive *archive, const ClusterMember *member,
                         const Source *source, const EngineContext *context, Error *err)
{
    FileKind kind;

    if (!file_kind_of_source(source, &kind, err)) {
        return false;
    }
    event_text(context->events, EVENT_PHASE, "checking the file");
    return kind == FILE_SCRIPT_ARCHIVE ||
           cluster_archive_check_member(archive, member, context->events, context->cancel, err);
}

static bool restore_found(const RestoreRequest *request, const EngineContext *context,
                          const ClusterArchive *archive, const ClusterMember *member,
                          RestoreResult *result, Error *err)
{
    RestoreRequest inner = *request;
    Source *source;
    bool ok;

    if (!cluster_archive_member(archive, member, &source, err)) {
        return false;
    }
    inner.path = source->name;
    inner.source = source;
    inner.properties = member->properties;
    inner.database = request->database != NULL ? request->database : member->name;
    inner.member = NULL;
    ok = check_member(archive, member, source, context, err) &&
         restore_run(&inner, context, result, err);
    source_close(source);
    return ok;
}

static bool open_archive(const RestoreRequest *request, ClusterArchive **out, Error *err)
{
    Source *source;

    if (request->source == NULL) {
        return cluster_archive_open(request->path, out, err);
    }
    return source_share(request->source, &source, err) &&
           cluster_archive_open_source(source, out, err);
}

bool restore_member(const RestoreRequest *request, const EngineContext *context,
                    RestoreResult *result, Error *err)
{
    const ClusterMember *member;
    ClusterArchive *archive;
    bool ok;

    if (!open_archive(request, &archive, err)) {
        return false;
    }
    member = find_member(request, cluster_archive_index(archive), err);
    ok = member != NULL && restore_found(request, context, archive, member, result, err);
    cluster_archive_close(archive);
    return ok;
}
