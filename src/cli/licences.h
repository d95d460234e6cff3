/* SPDX-License-Identifier: Apache-2.0 */
/* The terms of all that this program holds: made of one file by the build (option `licences`). */
#ifndef DBB_CLI_LICENCES_H
#define DBB_CLI_LICENCES_H

extern const char licences_text[];

#endif
