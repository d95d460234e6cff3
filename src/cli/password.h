/* SPDX-License-Identifier: Apache-2.0 */
/* Asks for a password on the terminal, whatever stdin and stdout are. */
#ifndef DBB_CLI_PASSWORD_H
#define DBB_CLI_PASSWORD_H

#include "base/buffer.h"
#include "sched/cancel.h"
#include "ui/ui.h"

/* Whose bar must keep off while the user types, and what ends the waiting. Call it once. */
void password_init(Ui *ui, const Cancel *cancel);
/* Without echo. False when there is no terminal, the user gives up (Ctrl-C, Ctrl-D), or memory is
 * out. The caller wipes the buffer. */
bool password_ask(const char *prompt, Buffer *password);
/* The same, but of the user only the first time: what he said then is what later calls get, those
 * of other threads too. For commands that make many connections to one server. */
bool password_ask_once(const char *prompt, Buffer *password);
/* Wipes what was kept for that. At the end, when no other thread is left. */
void password_forget(void);

#endif
