/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inflates gzip of anyone's making, one member or many. As with gzip -t, what follows the last
 * member must be another member or nothing but zeros.
 */
#ifndef DBB_IO_GUNZIP_READER_H
#define DBB_IO_GUNZIP_READER_H

#include "io/stream.h"

/* Owns source; on failure source stays the caller's. `name` is for messages and must outlive it. */
bool gunzip_reader_new(Reader *source, const char *name, Reader **out, Error *err) MUST_CHECK;

#endif
