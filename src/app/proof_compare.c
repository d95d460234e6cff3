/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Is what was restored what the file holds? The database is read as a backup would read it, by the
 * same code, but nothing of it is kept. Then each entry of the file must have its like: definitions
 * the same text, tables the same number of rows and the same sum of their checksums.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "app/backup_entries.h"
#include "app/proof_parts.h"

#define TEXT_LIMIT ((size_t)1 << 30) /* bytes of one definition; large objects' are the longest */

enum { PIECE = 64 * 1024 /* bytes of a text that are read at once */ };

typedef struct Comparison {
    const Proof *proof;
    const ScriptArchive *archive;
    const Toc *file;
    unsigned leave_out; /* TEXT_BITs that don't count */
    Toc restored;
    BackupSession *session;
    size_t *partners; /* of each entry of the file its place in the restored, from 1 on; or 0 */
    bool *known;      /* of each entry of the restored: the file has it */
    Buffer texts[4];  /* of the definition at work: raw and plain, of the file and restored */
} Comparison;

enum { RAW, RAW_RESTORED, PLAIN, PLAIN_RESTORED };

/* --- Entries that are the same ------------------------------------------------------------ */

typedef struct Key {
    const Toc *toc;
    size_t place;
} Key;

static const Entry *entry_of(const Key *key)
{
    return &key->toc->entries.items[key->place];
}

/* MySQL's schema is the database, whose name differs. */
static const char *schema_of(const Toc *toc, const Entry *entry)
{
    bool is_database = entry->schema != NULL && toc->info.database != NULL &&
                       toc->info.dbms != NULL && strcmp(toc->info.dbms, "postgres") != 0 &&
                       strcmp(entry->schema, toc->info.database) == 0;

    return entry->schema == NULL || is_database ? "" : entry->schema;
}

/* What belongs to the database itself has its name. */
static const char *name_of(const Entry *entry)
{
    return strcmp(entry->kind, "DATABASE PROPERTIES") == 0 ? "" : entry->name;
}

static int compare_entries(const Key *a, const Key *b)
{
    int order = strcmp(entry_of(a)->kind, entry_of(b)->kind);

    if (order == 0) {
        order = strcmp(schema_of(a->toc, entry_of(a)), schema_of(b->toc, entry_of(b)));
    }
    return order != 0 ? order : strcmp(name_of(entry_of(a)), name_of(entry_of(b)));
}

/* Two of one name are a stand-in and what comes later: their order tells them apart. */
static int compare_keys(const void *left, const void *right)
{
    const Key *a = left;
    const Key *b = right;
    int order = compare_entries(a, b);

    return order != 0 ? order : a->place < b->place ? -1 : a->place > b->place;
}

static Key *sorted_keys(const Toc *toc)
{
    Key *keys = malloc((toc->entries.len + 1) * sizeof *keys);

    for (size_t i = 0; keys != NULL && i < toc->entries.len; i++) {
        keys[i] = (Key){toc, i};
    }
    if (keys != NULL) {
        qsort(keys, toc->entries.len, sizeof *keys, compare_keys);
    }
    return keys;
}

static bool find_partners(Comparison *comparison, Error *err)
{
    size_t n = comparison->file->entries.len;
    size_t n_restored = comparison->restored.entries.len;
    Key *keys = sorted_keys(comparison->file);
    Key *restored = sorted_keys(&comparison->restored);
    size_t j = 0;
    bool ok;

    comparison->partners = calloc(n + 1, sizeof *comparison->partners);
    comparison->known = calloc(n_restored + 1, sizeof *comparison->known);
    ok = keys != NULL && restored != NULL && comparison->partners != NULL &&
         comparison->known != NULL;
    for (size_t i = 0; ok && i < n; i++) {
        while (j < n_restored && compare_entries(&restored[j], &keys[i]) < 0) {
            j++;
        }
        if (j < n_restored && compare_entries(&restored[j], &keys[i]) == 0) {
            comparison->known[restored[j].place] = true;
            comparison->partners[keys[i].place] = restored[j++].place + 1;
        }
    }
    free(keys);
    free(restored);
    return ok || error_set_memory(err, "the comparison");
}

/* NULL: it isn't there. */
static Entry *partner_of(const Comparison *comparison, size_t place)
{
    size_t partner = comparison->partners[place];

    return partner == 0 ? NULL : &comparison->restored.entries.items[partner - 1];
}

/* --- Differences -------------------------------------------------------------------------- */

static bool differs(const Comparison *comparison, const Entry *entry, const char *what, Error *err)
{
    const Proof *proof = comparison->proof;
    char label[256];

    entry_label(entry, label, sizeof label);
    return (vec_push(&proof->database->differences,
                     ((ProofDifference){arena_strdup(proof->arena, label), what})) ||
            error_set_memory(err, "the list of differences")) &&
           arena_ok(proof->arena, "the list of differences", err);
}

/* --- Definitions -------------------------------------------------------------------------- */

static bool read_file_text(const Comparison *comparison, const Entry *entry, Buffer *text,
                           Error *err)
{
    Reader *reader;
    size_t got = 1;
    bool ok;

    if (!script_archive_read_entry(comparison->archive, entry, &reader, err)) {
        return false;
    }
    buffer_clear(text);
    do {
        char *room = buffer_reserve(text, PIECE);

        ok = room != NULL ? reader_read(reader, room, PIECE, &got, err)
                          : buffer_ok(text, "the text of a definition", err);
        text->len += ok ? got : 0;
    } while (ok && got > 0);
    reader_close(reader);
    return ok;
}

static bool compare_definition(Comparison *comparison, const Entry *entry, Entry *restored,
                               ChunkWriter *chunks, Error *err)
{
    Buffer *texts = comparison->texts;
    const Buffer *plain = &texts[PLAIN];
    const Buffer *plain_restored = &texts[PLAIN_RESTORED];
    const ProofRequest *request = comparison->proof->request;
    bool same = false;
    ProofLines lines;

    chunk_writer_look(chunks, &texts[RAW_RESTORED], TEXT_LIMIT);
    if (!request->engine->backup_write(comparison->session, restored, 0, chunks, err) ||
        !read_file_text(comparison, entry, &texts[RAW], err) ||
        !proof_text(entry, &texts[RAW], comparison->leave_out, &texts[PLAIN], err) ||
        !proof_text(restored, &texts[RAW_RESTORED], comparison->leave_out, &texts[PLAIN_RESTORED],
                    err)) {
        return false;
    }
    comparison->proof->database->definitions++;
    if (plain->len == plain_restored->len &&
        memcmp(plain->data, plain_restored->data, plain->len) == 0) {
        return true;
    }
    /* A table that inherits may get its columns in another order. */
    if ((entry->n_parents > 0 && !proof_same_lines(plain, plain_restored, &same, err)) ||
        (request->engine->dialect == SQL_MYSQL &&
         !proof_same_but_definer(plain, plain_restored, request->no_definer, &same, err))) {
        return false;
    }
    if (same) {
        return true;
    }
    proof_first_difference(plain, plain_restored, &lines);
    return differs(comparison, entry,
                   arena_printf(comparison->proof->arena,
                                "its definition differs\n  in the file: %s\n  restored:    %s",
                                lines.file, lines.restored),
                   err);
}

static bool is_rows(const Entry *entry)
{
    return strcmp(entry->kind, "TABLE DATA") == 0 || strcmp(entry->kind, "BLOBS") == 0;
}

/* What a restore makes anew, so that it needn't be the same. */
static bool counts(const Entry *entry)
{
    return !entry_is_for_clients(entry) && strcmp(entry->kind, "STATISTICS DATA") != 0;
}

static bool compare_definitions(Comparison *comparison, ScriptWriter *nowhere, Error *err)
{
    ChunkWriter *chunks;
    bool ok;

    if (!chunk_writer_new(nowhere, &chunks, err)) {
        return false;
    }
    ok = true;
    for (size_t i = 0; ok && i < comparison->file->entries.len; i++) {
        const Entry *entry = &comparison->file->entries.items[i];
        Entry *restored = partner_of(comparison, i);

        if (!counts(entry)) {
            continue;
        }
        if (!cancel_check(comparison->proof->context->cancel, err)) {
            ok = false;
        } else if (restored == NULL) {
            ok = differs(comparison, entry, "it is in the file, but not in the restored database",
                         err);
        } else if (!is_rows(entry)) {
            ok = compare_definition(comparison, entry, restored, chunks, err);
        }
    }
    chunk_writer_free(chunks);
    return ok;
}

/* Of a part of a database, the file lacks rows of tables that it has. */
static bool find_surplus(Comparison *comparison, Error *err)
{
    bool is_part = comparison->file->info.selection != NULL;

    for (size_t i = 0; i < comparison->restored.entries.len; i++) {
        const Entry *entry = &comparison->restored.entries.items[i];

        if (!comparison->known[i] && counts(entry) &&
            !(is_part && entry->section == SECTION_DATA) &&
            !differs(comparison, entry, "it is in the restored database, but not in the file",
                     err)) {
            return false;
        }
    }
    return true;
}

/* --- Rows --------------------------------------------------------------------------------- */

/* The words "backing up" would mislead. */
static void emit_but_phases(void *context, const Event *event)
{
    if (event->kind != EVENT_PHASE) {
        event_emit(context, event);
    }
}

/* Reads the rows of all tables that the file has, too. */
static bool read_rows(Comparison *comparison, Toc *data, ScriptWriter *nowhere, Error *err)
{
    const Proof *proof = comparison->proof;
    EventSink events = proof->context->events == NULL ? (EventSink){0} : *proof->context->events;
    EventSink quieter = {
        .emit = emit_but_phases, .context = &events, .debug_since = events.debug_since};
    EngineContext context = {.events = &quieter, .cancel = proof->context->cancel};
    BackupRequest request = {.engine = proof->request->engine,
                             .server = proof->request->server,
                             .jobs = proof->request->jobs};

    return backup_entries(&request, &context, comparison->session, data, nowhere, err);
}

/* The same rows with their columns in another order have another checksum. The restored table's
 * order stands at the beginning of its text, which is read once more. */
static bool compare_reordered(Comparison *comparison, const Entry *entry, const Entry *restored,
                              ScriptWriter *nowhere, bool *equal, Error *err)
{
    Buffer *head = &comparison->texts[RAW_RESTORED];
    Entry again = *restored;
    ChunkWriter *chunks;
    uint64_t content = 0;
    bool reordered = false;
    bool ok;

    again.chunks.items = NULL;
    again.chunks.len = again.chunks.capacity = 0;
    if (!chunk_writer_new(nowhere, &chunks, err)) {
        return false;
    }
    chunk_writer_look(chunks, head, PROOF_HEAD_SIZE);
    ok = comparison->proof->request->engine->backup_write(comparison->session, &again, 0, chunks,
                                                          err);
    chunk_writer_free(chunks);
    vec_free(&again.chunks);
    ok = ok &&
         proof_reordered_content(comparison->archive, entry, head->data, &reordered, &content, err);
    *equal = reordered && content == restored->content;
    comparison->proof->database->reordered += *equal;
    return ok;
}

static bool judge(Comparison *comparison, const Entry *entry, const Entry *restored,
                  ScriptWriter *nowhere, ProofTable *table, const char **what, Error *err)
{
    table->rows = entry_rows(entry);
    table->restored_rows = entry_rows(restored);
    table->has_content = entry->content != 0;
    if (table->rows != table->restored_rows) {
        *what = arena_printf(comparison->proof->arena,
                             "%" PRIu64 " rows in the file, but %" PRIu64 " restored", table->rows,
                             table->restored_rows);
        return true;
    }
    table->equal = !table->has_content || entry->content == restored->content;
    if (!table->equal && table->rows > 0 &&
        !compare_reordered(comparison, entry, restored, nowhere, &table->equal, err)) {
        return false;
    }
    *what = table->equal ? NULL : "its contents differ";
    return true;
}

static bool compare_table(Comparison *comparison, const Entry *entry, const Entry *restored,
                          ScriptWriter *nowhere, Error *err)
{
    ProofDatabase *database = comparison->proof->database;
    Arena *arena = comparison->proof->arena;
    ProofTable table = {
        .schema = arena_strdup(arena, entry->schema),
        .name = arena_strdup(arena, entry->name),
    };
    bool is_table = strcmp(entry->kind, "TABLE DATA") == 0;
    const char *what = NULL;

    if (!judge(comparison, entry, restored, nowhere, &table, &what, err)) {
        return false;
    }
    database->rows += table.rows;
    database->n_tables += is_table;
    database->unknown += !table.has_content && (table.rows > 0 || !is_table);
    return (vec_push(&database->tables, table) || error_set_memory(err, "the list of tables")) &&
           (what == NULL || differs(comparison, entry, what, err));
}

static bool compare_all_rows(Comparison *comparison, ScriptWriter *nowhere, Error *err)
{
    VEC(size_t) places = {0}; /* in the file, of each entry of data */
    Toc data = {.info = comparison->restored.info};
    bool ok = true;

    for (size_t i = 0; ok && i < comparison->file->entries.len; i++) {
        const Entry *restored = partner_of(comparison, i);

        if (restored != NULL && is_rows(restored)) {
            ok = (vec_push(&places, i) && vec_push(&data.entries, *restored)) ||
                 error_set_memory(err, "the comparison");
        }
    }
    ok = ok && read_rows(comparison, &data, nowhere, err);
    for (size_t i = 0; ok && i < places.len; i++) {
        ok = compare_table(comparison, &comparison->file->entries.items[places.items[i]],
                           &data.entries.items[i], nowhere, err);
    }
    for (size_t i = 0; i < data.entries.len; i++) {
        vec_free(&data.entries.items[i].chunks);
    }
    vec_free(&data.entries);
    vec_free(&places);
    return ok;
}

/* --- The whole ---------------------------------------------------------------------------- */

/* Parts that no text of the file has are those that the backup left out, as of --no-owner. */
static unsigned left_out_of(const Toc *file)
{
    unsigned present = TEXT_BIT(TEXT_DEFINITION);

    for (size_t i = 0; i < file->entries.len; i++) {
        const Entry *entry = &file->entries.items[i];

        for (size_t part = 0; part < entry->n_parts; part++) {
            present |= TEXT_BIT(entry->parts[part].kind);
        }
    }
    return ~present | TEXT_BIT(TEXT_DROP);
}

static bool compare_all(Comparison *comparison, Error *err)
{
    ScriptWriter *nowhere;
    bool ok;

    if (!find_partners(comparison, err) || !script_writer_open_nowhere(&nowhere, err)) {
        return false;
    }
    ok = compare_definitions(comparison, nowhere, err) && find_surplus(comparison, err) &&
         compare_all_rows(comparison, nowhere, err);
    script_writer_abort(nowhere);
    return ok;
}

static bool has_history(const Toc *toc)
{
    for (size_t i = 0; i < toc->entries.len; i++) {
        if (toc->entries.items[i].with_history) {
            return true;
        }
    }
    return false;
}

static bool read_and_compare(Comparison *comparison, Error *err)
{
    const Proof *proof = comparison->proof;
    BackupScope scope = {.selection = proof->selection,
                         .no_definer = proof->request->no_definer,
                         .history = has_history(comparison->file),
                         .jobs = proof->request->jobs};
    bool ok;

    event_text(proof->context->events, EVENT_PHASE, "comparing");
    ok = proof->request->engine->backup_begin(&proof->request->server, proof->database->scratch,
                                              &scope, proof->context, &comparison->restored,
                                              &comparison->session, err) &&
         compare_all(comparison, err);
    proof->request->engine->backup_end(comparison->session);
    return ok;
}

/* The entries that were restored: those of the file that the choice takes. */
bool proof_compare(const Proof *proof, const ScriptArchive *archive, const Toc *chosen, Error *err)
{
    Comparison comparison = {.proof = proof, .archive = archive, .file = chosen};
    bool ok;

    comparison.leave_out = proof->selection->leave_out | left_out_of(chosen);
    toc_init(&comparison.restored);
    for (size_t i = 0; i < ARRAY_LENGTH(comparison.texts); i++) {
        buffer_init(&comparison.texts[i], TEXT_LIMIT);
    }
    ok = read_and_compare(&comparison, err);
    for (size_t i = 0; i < ARRAY_LENGTH(comparison.texts); i++) {
        buffer_free(&comparison.texts[i]);
    }
    free(comparison.partners);
    free(comparison.known);
    toc_free(&comparison.restored);
    return ok;
}
