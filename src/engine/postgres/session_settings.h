/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All that one session has set, to make another equal to it. Defaults of the database or the role
 * count, too: they may have changed since the first one began, as a restore of a database's own
 * settings does, and some of them say what rows mean (array_nulls).
 */
#ifndef DBB_ENGINE_POSTGRES_SESSION_SETTINGS_H
#define DBB_ENGINE_POSTGRES_SESSION_SETTINGS_H

#include "engine/postgres/connection.h"

typedef struct SessionSettings {
    char *sql;    /* makes a session equal */
    char *number; /* differs when they are not */
} SessionSettings;

/* Outside of a transaction, or in one that has not failed. Freed by session_settings_free. */
bool session_settings_read(PgConnection *connection, SessionSettings *settings,
                           Error *err) MUST_CHECK;
void session_settings_free(SessionSettings *settings);
/* *same is false when something differs all the same: what only a superuser may set, or what an
 * extension brings that one of the two has not loaded. */
bool session_settings_apply(PgConnection *connection, const SessionSettings *settings, bool *same,
                            Error *err) MUST_CHECK;

#endif
