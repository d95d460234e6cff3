/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of one database's restore share; nobody else includes it. */
#ifndef DBB_APP_RESTORE_PARTS_H
#define DBB_APP_RESTORE_PARTS_H

#include "app/app.h"
#include "io/range_reader.h"

/* One restore at work. */
typedef struct Restore {
    const RestoreRequest *request;
    const EngineContext *context;
    RestoreSession *session;
    RestoreResult *result;
    char archive_id[SCRIPT_ARCHIVE_ID_SIZE]; /* "" for a script */
    bool is_addition;                        /* to what the target must hold already */
    RangeReader range;                       /* the bytes that a script's text is made of */
} Restore;

/* Whether it is something that restore_run takes, as far as its beginning and index tell. */
bool restore_look(const Source *source, Error *err) MUST_CHECK;
/* The name that the user gave, or the one in the file, which may be NULL. */
bool restore_name_database(Restore *restore, const char *in_file, Error *err) MUST_CHECK;
/* restore_begin. properties: of the database, as the file has them; NULL: those of the request. */
bool restore_begin_session(Restore *restore, const char *properties, const char *script_database,
                           Error *err) MUST_CHECK;

/* An indexed script. */
bool restore_archive(Restore *restore, Error *err) MUST_CHECK;

/* Any other script: of a database or, as it may turn out, of a server's globals. */
bool restore_script(Restore *restore, Error *err) MUST_CHECK;
/* Its text from the beginning; one at a time. */
bool restore_open_script(Restore *restore, Reader **text, Error *err) MUST_CHECK;
bool restore_globals(Restore *restore, Error *err) MUST_CHECK;

/* One database out of a cluster archive. */
bool restore_member(const RestoreRequest *request, const EngineContext *context,
                    RestoreResult *result, Error *err) MUST_CHECK;

#endif
