/* SPDX-License-Identifier: Apache-2.0 */
/* What a restore must know of its target first. Only restore.c includes this. */
#ifndef DBB_ENGINE_MYSQL_RESTORE_TARGET_H
#define DBB_ENGINE_MYSQL_RESTORE_TARGET_H

#include "engine/mysql/restore_session.h"

/* Whether it is there, or isn't, as session->target wants it, and may be filled. ERR_REFUSED when
 * it holds something already. */
bool my_look_at_target(RestoreSession *session, Error *err) MUST_CHECK;
/* What its triggers do when a row comes in is in the backup already, and they can't be
 * switched off. Those of tables that are to be dropped are in nobody's way. */
bool my_check_triggers(RestoreSession *session, const Toc *toc, Error *err) MUST_CHECK;

#endif
