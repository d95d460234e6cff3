/* SPDX-License-Identifier: Apache-2.0 */
/* Which entries of an archive a restore takes. */
#ifndef DBB_APP_RESTORE_CHOICE_H
#define DBB_APP_RESTORE_CHOICE_H

#include "app/app.h"

/* *chosen is a subset of toc in the order in which it is to be restored; freed with
 * toc_subset_free. ERR_USAGE when nothing matches what was chosen. */
bool restore_choose(const RestoreRequest *request, const EngineContext *context, const Toc *toc,
                    Toc *chosen, Error *err) MUST_CHECK;

#endif
