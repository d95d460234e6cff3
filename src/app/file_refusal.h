/* SPDX-License-Identifier: Apache-2.0 */
/* What to say of a file that can't be restored or verified. */
#ifndef DBB_APP_FILE_REFUSAL_H
#define DBB_APP_FILE_REFUSAL_H

#include "archive/file_kind.h"

/* True for scripts, ours and others'. For all else false, and err says what the file is and what
 * can be done with it. */
bool file_kind_usable(const char *path, FileKind kind, Error *err) MUST_CHECK;

#endif
