/* SPDX-License-Identifier: Apache-2.0 */
/* Backups made by the servers' own programs. */
#ifndef DBB_APP_BACKUP_TOOLS_H
#define DBB_APP_BACKUP_TOOLS_H

#include "app/app.h"

/* *done is false, with success, when the plan says `if_they_fit` and none does: nothing was begun
 * then, and a notice has said why. */
bool backup_by_tools(const BackupRequest *request, const EngineContext *context,
                     const WorkPlan *plan, BackupResult *result, bool *done, Error *err) MUST_CHECK;
/* Begins afresh after the native engine's failure, which err holds, and warns of it. When that
 * fails, too, err tells of both; where there is no program for it, of the first only. */
bool backup_fall_back(const BackupRequest *request, const EngineContext *context,
                      BackupResult *result, Error *err) MUST_CHECK;

/* --- Of backup.c -------------------------------------------------------------------------- */

const char *backup_script_suffix(Codec codec); /* ".sql.gz" */

#endif
