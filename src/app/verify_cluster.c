/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A cluster archive against its index and its manifest; then each backup in it as if it were a file
 * of its own. So all of it is read twice: first whether it is what was written, then whether what
 * was written is whole.
 */
#include <inttypes.h>

#include "app/verify_parts.h"
#include "archive/cluster_reader.h"
#include "archive/script_stream.h"
#include "io/range_reader.h"
#include "sql/script_check.h"

/* Passes on what the parts say, but not their totals: that of the whole stands already. */
static void emit_part(void *context, const Event *event)
{
    const EventSink *events = context;

    if (event->kind != EVENT_TOTAL) {
        event_emit(events, event);
    }
}

typedef struct ClusterCheck {
    const ClusterArchive *archive;
    const Cancel *cancel;
    EventSink events;
    VerifyResult *result;
} ClusterCheck;

static void count(const ClusterCheck *check, uint64_t objects, uint64_t rows, uint64_t raw_size)
{
    VerifyResult *result = check->result;

    result->objects = count_add(result->objects, objects);
    result->rows = count_add(result->rows, rows);
    result->raw_size = count_add(result->raw_size, raw_size);
}

static bool check_script_archive(const ClusterCheck *check, Source *source,
                                 const ClusterMember *member, Error *err)
{
    ScriptArchive *script;
    uint64_t raw_size = 0;
    uint64_t rows = 0;
    const Toc *toc;
    bool ok;

    if (!script_archive_open_source(source, &script, err)) {
        return false;
    }
    toc = script_archive_toc(script);
    for (size_t i = 0; i < toc->entries.len; i++) {
        rows += entry_rows(&toc->entries.items[i]);
        raw_size += entry_raw_size(&toc->entries.items[i]);
    }
    count(check, toc->entries.len, rows, raw_size);
    ok = script_archive_verify(script, &check->events, check->cancel, NULL, err);
    script_archive_close(script);
    if (ok && count_is_known(member->rows) && rows != member->rows) {
        return error_set(err, ERR_DAMAGED,
                         "%s holds %" PRIu64 " rows, but the archive's index says %" PRIu64,
                         member->path, rows, member->rows);
    }
    return ok;
}

static bool check_script(const ClusterCheck *check, const Source *source,
                         const ClusterMember *member, Error *err)
{
    ScriptFacts facts = {0};
    RangeReader range;
    Reader *text;
    bool ok;

    range_reader_init(&range, source, 0, source->size);
    if (!script_stream_over(&range.base, source->name, &text, err)) {
        return false;
    }
    ok = sql_script_check(text, source->name, SQL_GUESSED, &check->events, check->cancel, &facts,
                          err);
    reader_close(text);
    /* INSERTs of anyone's can't be counted */
    count(check, facts.statements, member->rows, facts.bytes);
    return ok;
}

/* Takes over source. What we can't read was compared with its hash, and that is all. */
static bool check_source(const ClusterCheck *check, Source *source, const ClusterMember *member,
                         Error *err)
{
    FileKind kind;
    bool ok = true;

    if (!file_kind_of_source(source, &kind, err)) {
        source_close(source);
        return false;
    }
    if (kind == FILE_SCRIPT_ARCHIVE) {
        return check_script_archive(check, source, member, err);
    }
    if (kind == FILE_SCRIPT_PLAIN || kind == FILE_SCRIPT_GZIP || kind == FILE_SCRIPT_ZSTD) {
        ok = check_script(check, source, member, err);
    } else {
        count(check, COUNT_UNKNOWN, member->rows, member->raw_size);
    }
    source_close(source);
    return ok;
}

static bool check_members(const ClusterCheck *check, Error *err)
{
    const ClusterIndex *index = cluster_archive_index(check->archive);

    for (size_t i = 0; i < index->members.len; i++) {
        const ClusterMember *member = &index->members.items[i];
        Source *source;

        if (member->kind == CLUSTER_DATABASE) {
            check->result->databases += member->failure == NULL;
            check->result->failed += member->failure != NULL;
        }
        if (member->failure != NULL) {
            event_text(&check->events, EVENT_WARNING, "database \"%s\" is not in it: %s",
                       member->name, member->failure);
        } else if (member->kind != CLUSTER_MANIFEST && member->content_size > 0 &&
                   (!cluster_archive_member(check->archive, member, &source, err) ||
                    !check_source(check, source, member, err))) {
            return false;
        }
    }
    return true;
}

bool verify_cluster(Source *source, char *sha256, const EngineContext *context,
                    VerifyResult *result, Error *err)
{
    EventSink events = context->events == NULL ? (EventSink){0} : *context->events;
    EventSink parts = {.emit = emit_part, .context = &events};
    ClusterArchive *archive;
    ClusterCheck check;
    bool ok;

    if (!cluster_archive_open_source(source, &archive, err)) {
        return false;
    }
    check = (ClusterCheck){archive, context->cancel, parts, result};
    event_text(context->events, EVENT_PHASE, "verifying");
    event_total(context->events, 2 * cluster_archive_file_size(archive), 0);
    ok = cluster_archive_check(archive, &parts, context->cancel, sha256, err) &&
         check_members(&check, err);
    cluster_archive_close(archive);
    return ok;
}
