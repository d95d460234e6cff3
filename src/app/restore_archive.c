/* SPDX-License-Identifier: Apache-2.0 */
/* A restore of one of our own files: what is in it, whether it is intact, and then its entries. */
#include <stdio.h>
#include <string.h>

#include "app/restore_choice.h"
#include "app/restore_jobs.h"
#include "app/restore_parts.h"

static void count_planned(const Toc *toc, RestoreResult *result)
{
    for (size_t i = 0; i < toc->entries.len; i++) {
        result->stats.rows += entry_rows(&toc->entries.items[i]);
    }
    result->objects = toc->entries.len;
}

static void warn_without_manifest(const Restore *restore)
{
    Manifest manifest;
    bool found = false;
    Error ignored;

    if (restore->request->source == NULL &&
        manifest_read(restore->request->path, &manifest, &found, &ignored) && !found) {
        event_text(restore->context->events, EVENT_WARNING,
                   "%s has no manifest (%s.json): it was moved without it, or the backup did not "
                   "end well; its own index is intact",
                   restore->request->path, restore->request->path);
    }
}

/* All of the file, or what is needed of it. */
static bool check_archive(const Restore *restore, const ScriptArchive *archive, const Toc *chosen,
                          Error *err)
{
    const EventSink *events = restore->context->events;

    if (restore->request->is_checked) {
        return true;
    }
    event_text(events, EVENT_PHASE, "checking the file");
    return selection_is_all(restore->request->selection)
               ? script_archive_check(archive, events, restore->context->cancel, err)
               : script_archive_check_entries(archive, chosen, events, restore->context->cancel,
                                              err);
}

/* Data, keys and indexes without the tables they go into. */
static bool is_addition(const Toc *chosen)
{
    for (size_t i = 0; i < chosen->entries.len; i++) {
        const Entry *entry = &chosen->entries.items[i];

        if (entry->section == SECTION_PRE_DATA && strcmp(entry->kind, "SETTINGS") != 0) {
            return false;
        }
    }
    return true;
}

/* " with owner, comment": what of the entry's text isn't its definition. */
static void list_parts(const Entry *entry, unsigned leave_out, char *out, size_t size)
{
    unsigned told = leave_out | TEXT_BIT(TEXT_DEFINITION) | TEXT_BIT(TEXT_DROP);
    size_t len = 0;

    out[0] = '\0';
    for (size_t i = 0; i < entry->n_parts; i++) {
        TextKind kind = entry->parts[i].kind;

        if ((told & TEXT_BIT(kind)) == 0 && len < size) {
            len += (size_t)snprintf(out + len, size - len, "%s%s", len == 0 ? " with " : ", ",
                                    text_kind_name(kind));
        }
        told |= TEXT_BIT(kind);
    }
}

/* What would be restored, for who asked to hear more. */
static void tell_plan(const Restore *restore, const Toc *chosen)
{
    for (size_t i = 0; i < chosen->entries.len; i++) {
        const Entry *entry = &chosen->entries.items[i];
        char label[256];
        char parts[128];

        entry_label(entry, label, sizeof label);
        list_parts(entry, restore->request->selection->leave_out, parts, sizeof parts);
        event_text(restore->context->events, EVENT_NOTICE, "would restore %s%s", label, parts);
    }
}

static bool restore_chosen(Restore *restore, const ScriptArchive *archive, const Toc *chosen,
                           Error *err)
{
    const RestoreRequest *request = restore->request;

    restore->is_addition = is_addition(chosen);
    script_archive_id(archive, restore->archive_id);
    if (!restore_name_database(restore, chosen->info.database, err) ||
        !restore_begin_session(restore, chosen->info.database_properties, NULL, err) ||
        !check_archive(restore, archive, chosen, err)) {
        return false;
    }
    warn_without_manifest(restore);
    count_planned(chosen, restore->result);
    if (request->dry_run) {
        tell_plan(restore, chosen);
        return true;
    }
    return request->engine->restore_prepare(restore->session, chosen, err) &&
           restore_entries(request, restore->context, restore->session, archive, chosen, err) &&
           request->engine->restore_finish(restore->session, &restore->result->stats, err);
}

/* A backup of one kind of server is no use to another. */
static bool check_dbms(const Restore *restore, const Toc *toc, Error *err)
{
    const Engine *engine = restore->request->engine;
    const char *dbms = toc->info.dbms;

    if (dbms == NULL || engine->reads(dbms)) {
        return true;
    }
    (void)error_set(err, ERR_USAGE, "%s is a backup of %s, and can't be restored into %s",
                    restore->request->path, dbms, engine->servers);
    return error_hint(err, "Say which kind of server to restore into with --db-type %s.", dbms);
}

static bool restore_opened(Restore *restore, const ScriptArchive *archive, Error *err)
{
    Toc chosen;
    bool ok;

    if (!check_dbms(restore, script_archive_toc(archive), err) ||
        !restore_choose(restore->request, restore->context, script_archive_toc(archive), &chosen,
                        err)) {
        return false;
    }
    ok = restore_chosen(restore, archive, &chosen, err);
    toc_subset_free(&chosen);
    return ok;
}

static bool open_archive(const RestoreRequest *request, ScriptArchive **out, Error *err)
{
    Source *source;

    if (request->source == NULL) {
        return script_archive_open(request->path, out, err);
    }
    return source_share(request->source, &source, err) &&
           script_archive_open_source(source, out, err);
}

bool restore_archive(Restore *restore, Error *err)
{
    ScriptArchive *archive;
    bool ok;

    if (!open_archive(restore->request, &archive, err)) {
        return false;
    }
    ok = restore_opened(restore, archive, err);
    script_archive_close(archive);
    return ok;
}
