/* SPDX-License-Identifier: Apache-2.0 */
/* What is in a folder. */
#ifndef DBB_BASE_FOLDER_H
#define DBB_BASE_FOLDER_H

#include <stdbool.h>

#include "base/error.h"

/* Does something with the file of that name in the folder, a descriptor. */
typedef bool FolderAction(int folder, const char *name, void *argument, Error *err);

/* For each name but "." and "..", in no order, until an action fails. Fails also when the folder
 * can't be read to its end. The descriptor is left as it is; path is for messages. */
bool folder_for_each(int folder, const char *path, FolderAction *action, void *argument,
                     Error *err) MUST_CHECK;
/* The same of a folder that isn't open. */
bool folder_for_each_in(const char *path, FolderAction *action, void *argument,
                        Error *err) MUST_CHECK;

#endif
