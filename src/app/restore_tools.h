/* SPDX-License-Identifier: Apache-2.0 */
/* Restores by the servers' own programs. */
#ifndef DBB_APP_RESTORE_TOOLS_H
#define DBB_APP_RESTORE_TOOLS_H

#include "app/app.h"

/* Of a file, or of request->source, of this kind; result->kind is set. Nothing is changed on the
 * server before the whole file was checked, and the target found as it must be. */
bool restore_by_tools(const RestoreRequest *request, const EngineContext *context, FileKind kind,
                      RestoreResult *result, Error *err) MUST_CHECK;

#endif
