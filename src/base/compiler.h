/* SPDX-License-Identifier: Apache-2.0 */
/* What C11 has no words for but gcc and clang have. */
#ifndef DBB_BASE_COMPILER_H
#define DBB_BASE_COMPILER_H

#define MUST_CHECK             __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))
#define CLEANUP(function)      __attribute__((cleanup(function)))
#define ARRAY_LENGTH(array)    (sizeof(array) / sizeof((array)[0]))

#endif
