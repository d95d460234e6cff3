/* SPDX-License-Identifier: Apache-2.0 */
/* Backups made by the servers' own programs. */
#ifndef DBB_APP_BACKUP_TOOLS_H
#define DBB_APP_BACKUP_TOOLS_H

#include "app/app.h"

/* Whether there are programs that can do what a plan by tools says, on a server like this: as far
 * as can be known without going to a database. ERR_UNSUPPORTED or ERR_USAGE when there are none. */
bool backup_tools_fit(const BackupRequest *request, const DatabaseList *server,
                      const EngineContext *context, const WorkPlan *plan, Error *err) MUST_CHECK;
bool backup_by_tools(const BackupRequest *request, const EngineContext *context,
                     const WorkPlan *plan, BackupResult *result, Error *err) MUST_CHECK;
/* Begins afresh after the native engine's failure, which err holds, and warns of it. When that
 * fails, too, err tells of both; where there is no program for it, of the first only. */
bool backup_fall_back(const BackupRequest *request, const EngineContext *context,
                      BackupResult *result, Error *err) MUST_CHECK;

/* --- Of backup.c -------------------------------------------------------------------------- */

const char *backup_script_suffix(Codec codec); /* ".sql.gz" */

#endif
