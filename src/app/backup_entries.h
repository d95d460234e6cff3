/* SPDX-License-Identifier: Apache-2.0 */
/* The middle of a backup: its entries, into the file. */
#ifndef DBB_APP_BACKUP_ENTRIES_H
#define DBB_APP_BACKUP_ENTRIES_H

#include "app/app.h"

/* Writes all entries of toc with the leader's session and, where there is enough to do, up to
 * request->jobs - 1 further ones. Definitions are written one after another; data at the same time,
 * the largest first, and what depends on other data behind it. Emits phase, total and progress. */
bool backup_entries(const BackupRequest *request, const EngineContext *context,
                    BackupSession *leader, Toc *toc, ScriptWriter *script, Error *err) MUST_CHECK;

#endif
