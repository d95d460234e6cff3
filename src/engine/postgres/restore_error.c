/* SPDX-License-Identifier: Apache-2.0 */
/* What a failed restore says: where, why, what to do, and what it left behind. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "engine/postgres/restore_session.h"

enum { STATEMENT_SHOWN = 200 }; /* bytes of a failed statement in a message */

static const struct {
    const char *sqlstate;
    const char *hint;
} hints[] = {
    {"0A000", "The server lacks something that the backup needs: install the extension or feature "
              "there, or restore on the version that the backup is from."},
    {"22021", "The target's encoding can't hold this text: create it with the encoding of the "
              "backup."},
    {"22P05", "The target's encoding can't hold this text: create it with the encoding of the "
              "backup."},
    {"25P02", "An earlier statement of this transaction failed: see above."},
    {"28000", "Check the user's rights to log in."},
    {"42501", "Restore as a superuser or as the owner of these objects."},
    {"42704", "If it is a role, create it first (CREATE ROLE); if it is something of an extension, "
              "install that on the server."},
    {"42710", "It exists already: restore into an empty database, or with --clean."},
    {"42723", "It exists already: restore into an empty database, or with --clean."},
    {"42P06", "It exists already: restore into an empty database, or with --clean."},
    {"42P07", "It exists already: restore into an empty database, or with --clean."},
    {"23503", "The rows that these refer to are not there, or come later: restore the tables "
              "together; where keys go round in a circle, with --disable-triggers."},
    {"23505", "The target held rows already, or the backup's rows contradict each other: restore "
              "into an empty database."},
    {"53100", "The server's disk is full: free space there, then restore again."},
    {"53200", "The server is out of memory: see its log."},
    {"54000", "The server's limits are lower than those of the server that the backup is from."},
    {"57014", "Somebody cancelled the statement, or a time limit of the server did."},
    {"57P01", "The server was shut down, or somebody ended this session: see the server's log."},
    {"57P02", "The server crashed: see its log."},
    {"57P03", "The server is starting or stopping: try again in a moment."},
    {"58P01", "The server lacks a file: is the extension's package installed there?"},
};

void restore_add_message(Error *err, const char *format, ...)
{
    size_t used = strlen(err->message);
    va_list args;

    va_start(args, format);
    (void)vsnprintf(err->message + used, sizeof err->message - used, format, args);
    va_end(args);
}

void restore_add_hint(Error *err, const char *format, ...)
{
    size_t used = strlen(err->hint);
    va_list args;

    if (used > 0 && used + 1 < sizeof err->hint) {
        err->hint[used++] = ' ';
        err->hint[used] = '\0';
    }
    va_start(args, format);
    (void)vsnprintf(err->hint + used, sizeof err->hint - used, format, args);
    va_end(args);
}

/* The beginning of a statement, in one line, not cut inside a character. */
static void shorten(const char *statement, char *out, size_t size)
{
    size_t len = strlen(statement);
    bool cut = len > size - 4;

    if (cut) {
        len = size - 4;
        while (len > 0 && (statement[len] & 0xC0) == 0x80) {
            len--;
        }
    }
    for (size_t i = 0; i < len; i++) {
        out[i] = statement[i] == '\n' || statement[i] == '\r' || statement[i] == '\t'
                     ? ' '
                     : statement[i];
    }
    (void)snprintf(out + len, size - len, "%s", cut ? "…" : "");
}

void restore_explain(const RestoreSession *session, const char *where, const char *statement,
                     Error *err)
{
    char text[STATEMENT_SHOWN];

    (void)error_prefix(err, "%s", where);
    if (err->code == ERR_CANCELLED) {
        return;
    }
    if (statement[0] != '\0' && err->code == ERR_SERVER) {
        shorten(statement, text, sizeof text);
        restore_add_message(err, "\nSTATEMENT: %s", text);
    }
    for (size_t i = 0; i < ARRAY_LENGTH(hints); i++) {
        if (strcmp(err->sqlstate, hints[i].sqlstate) == 0) {
            (void)error_hint(err, "%s", hints[i].hint);
        }
    }
}

/* "3 of 17 entries", "12 statements" */
static void describe_done(const RestoreSession *session, char *out, size_t size)
{
    if (session->entries_total > 0) {
        (void)snprintf(out, size, "%" PRIu64 " of %" PRIu64 " entries", session->entries_done,
                       session->entries_total);
    } else {
        (void)snprintf(out, size, "%" PRIu64 " statement%s", session->stats.statements,
                       session->stats.statements == 1 ? "" : "s");
    }
}

void restore_tell_rest(const RestoreSession *session, Error *err)
{
    const char *database = session->database;
    bool can_resume = session->keeps_journal || session->closing;
    char done[96];

    if (err->code == ERR_NONE || session->completed || session->target.is_scratch) {
        return;
    }
    describe_done(session, done, sizeof done);
    if (session->created) {
        if (session->changed) {
            restore_add_message(err,
                                "\nThe database \"%s\" was created and holds an incomplete restore "
                                "(%s).",
                                database, done);
        } else {
            restore_add_message(err, "\nThe database \"%s\" was created and is empty.", database);
        }
        if (can_resume) {
            restore_add_hint(err,
                             "Go on from here with --resume; or, to begin anew: DROP DATABASE "
                             "\"%s\".",
                             database);
        } else {
            restore_add_hint(err, "Before the next try: DROP DATABASE \"%s\".", database);
        }
    } else if (session->changed) {
        restore_add_message(err, "\nThe database \"%s\" now holds part of the backup (%s)%s.",
                            database, done,
                            session->cleaned ? "; what it held of it before was dropped" : "");
        if (can_resume) {
            restore_add_hint(err, "Go on from here with --resume.");
        } else if (!session->target.allow_not_empty && !session->target.clean) {
            restore_add_hint(err, "It was empty before: drop it and create it again before the "
                                  "next try.");
        }
    } else if (session->cleaned) {
        restore_add_message(err,
                            "\nObjects of the database \"%s\" were dropped; nothing was "
                            "restored.",
                            database);
    } else if (session->dropped) {
        restore_add_message(err, "\nThe older database \"%s\" was dropped.", database);
    } else {
        restore_add_message(err, "\nNothing was changed on the server.");
    }
}
