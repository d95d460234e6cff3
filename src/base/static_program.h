/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A static program brings one C library, and the machine may have another. What the C library and
 * others would load at run time, they'd load from the machine's: so they are kept from it.
 */
#ifndef DBB_BASE_STATIC_PROGRAM_H
#define DBB_BASE_STATIC_PROGRAM_H

/* To be called first, before there are threads. Does nothing in a program that isn't static. */
void static_program_begin(void);

#endif
