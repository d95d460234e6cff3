/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of verify share; nobody else includes it. */
#ifndef DBB_APP_VERIFY_PARTS_H
#define DBB_APP_VERIFY_PARTS_H

#include "app/app.h"

/* Whether the file holds what its manifest says: rows, and the SHA-256 of all bytes. */
bool verify_content(const char *path, const Manifest *manifest, uint64_t rows, const char *sha256,
                    Error *err) MUST_CHECK;
/* A cluster archive, and each backup in it. manifest: NULL if there is none. */
bool verify_cluster(const char *path, const Manifest *manifest, const EngineContext *context,
                    VerifyResult *result, Error *err) MUST_CHECK;

#endif
