/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of verify share; nobody else includes it. */
#ifndef DBB_APP_VERIFY_PARTS_H
#define DBB_APP_VERIFY_PARTS_H

#include "app/app.h"

/* A cluster archive, and each backup in it. Takes over source. sha256 is NULL or has room for
 * SHA256_HEX_SIZE: that of all its bytes. */
bool verify_cluster(Source *source, char *sha256, const EngineContext *context,
                    VerifyResult *result, Error *err) MUST_CHECK;

#endif
