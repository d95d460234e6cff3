/* SPDX-License-Identifier: Apache-2.0 */
/* The entries of an archive of ours, by one session or by several at once. */
#ifndef DBB_APP_RESTORE_JOBS_H
#define DBB_APP_RESTORE_JOBS_H

#include "app/app.h"

/* `session` is prepared, and does its part of the work. */
bool restore_entries(const RestoreRequest *request, const EngineContext *context,
                     RestoreSession *session, const ScriptArchive *archive, const Toc *chosen,
                     Error *err) MUST_CHECK;

#endif
