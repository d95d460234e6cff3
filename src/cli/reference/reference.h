/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The man page and what shells complete, made from the tables of commands and options when dbbackup
 * is built. These files are a program of their own, which isn't installed: what it prints is.
 */
#ifndef DBB_CLI_REFERENCE_REFERENCE_H
#define DBB_CLI_REFERENCE_REFERENCE_H

#include "cli/commands.h"
#include "cli/options.h"

/* What can be offered in a place. */
typedef enum ValueKind {
    VALUE_NONE,   /* nothing stands there: a flag */
    VALUE_ANY,    /* nobody knows what: the name of a host or a table */
    VALUE_WORDS,  /* one of the option's choices; as an operand: a command */
    VALUE_FILE,   /* also - and the like */
    VALUE_FOLDER, /* one, or several with colons between them */
} ValueKind;

#define MOST_FORMS 32

/* The words that a command is called by: "restore" and "restore single" are two forms of one. */
typedef struct Form {
    char words[32];
    const CommandSpec *spec;
    ValueKind operand;
} Form;

/* All forms, by the commands' usage; in `out`, which has room for MOST_FORMS. Those of two words
 * stand before all that they begin with. Returns how many. */
size_t forms_read(Form *out);

/* Calls visit with each word that can follow the words: of "" and "help", the commands; of
 * "backup", "single" and so on. visit may be NULL. Returns how many there were. */
size_t forms_after(const Form *forms, size_t n, const char *words,
                   void (*visit)(const char *word, size_t len, const CommandSpec *spec));

/* Whether one of the commands has it; not what is only announced. */
bool option_is_of(const Option *option, unsigned commands);
ValueKind option_value_kind(const Option *option);

/* Each prints one file on standard output. */
void reference_man(void);
void reference_bash(void);
void reference_zsh(void);
void reference_fish(void);

#endif
