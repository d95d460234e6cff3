/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps passwords out of what others can read. */
#ifndef DBB_BASE_SECRET_H
#define DBB_BASE_SECRET_H

/* What ends a URI in the midst of a message. */
#define SECRET_IN_A_MESSAGE " \"\n"

/* In place: what may be the password in a URI, or in a connection string, becomes one `*`; the text
 * gets no longer, and what is cut off is wiped. A URI or password ends at a character of `stop`;
 * with "" it goes on to the end. In case of doubt more is taken away than needed. */
void secret_mask(char *text, const char *stop);

#endif
