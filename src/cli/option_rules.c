/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which options can't go together. A pair of which each is the other's opposite is no contradiction
 * when one comes from nearer than the other: `quiet = yes` in a file, and -v in the call. Where the
 * farther one is a promise (all or nothing), it isn't dropped silently: that stays an error.
 */
#include "cli/options.h"

#include <string.h>

#include "archive/toc.h"
#include "base/compiler.h"
#include "cli/config.h"
#include "cli/option_value.h"
#include "engine/manager.h"

/* Options.sections when only the data is wanted. */
#define SECTIONS_DATA (1U << (SECTION_DATA - SECTION_PRE_DATA))

typedef enum Yields {
    YIELDS_NONE,   /* an error, wherever they come from */
    YIELDS_EITHER, /* the farther one, whichever it is */
    YIELDS_SECOND, /* only the second, where it is the farther one */
} Yields;

typedef struct Rule {
    bool broken;
    Yields yields;
    const char *first; /* names of options; second may be NULL */
    const char *second;
    const char *message; /* NULL: no error when both come from equally near */
} Rule;

/* The first rule that is broken, by its place in the list; true when there is one. */
static bool find_broken(const Options *o, Rule *found)
{
    const bool one_transaction = o->single_transaction;
    const Rule rules[] = {
        {o->password_prompt && o->no_password, YIELDS_EITHER, "password-prompt", "no-password",
         "--password-prompt and --no-password contradict each other"},
        {o->exit_on_error && o->continue_on_error, YIELDS_EITHER, "exit-on-error",
         "continue-on-error", "--exit-on-error and --continue-on-error contradict each other"},
        {one_transaction && o->continue_on_error, YIELDS_EITHER, "single-transaction",
         "continue-on-error",
         "--single-transaction is all or nothing: --continue-on-error can't go with it"},
        {one_transaction && o->jobs > 1, YIELDS_SECOND, "single-transaction", "jobs",
         "--single-transaction is one connection's: --jobs can't go with it"},
        {o->create && o->clean && o->command == COMMAND_RESTORE, YIELDS_NONE, "create", "clean",
         "--create makes a new database, where there is nothing to --clean"},
        {o->resume && (o->create || o->clean), YIELDS_NONE, "resume", NULL,
         "--resume goes on with what is there: --create and --clean can't go with it"},
        {o->resume && one_transaction, YIELDS_NONE, "resume", "single-transaction",
         "--resume can't go with --single-transaction or --continue-on-error"},
        {o->resume && o->continue_on_error, YIELDS_NONE, "resume", "continue-on-error",
         "--resume can't go with --single-transaction or --continue-on-error"},
        {o->native && o->engine == ENGINE_TOOLS, YIELDS_EITHER, "native", "engine",
         "--native and --engine tools contradict each other"},
        {o->fallback_tools && o->no_fallback_tools, YIELDS_EITHER, "fallback-tools",
         "no-fallback-tools", "--fallback-tools and --no-fallback-tools contradict each other"},
        {o->schema_only && o->data_only, YIELDS_EITHER, "schema-only", "data-only",
         "--schema-only and --data-only contradict each other"},
        {o->clean && o->data_only, YIELDS_NONE, "clean", "data-only",
         "--clean drops what --data-only doesn't make: they can't go together"},
        {o->if_exists && !o->clean, YIELDS_NONE, "if-exists", NULL,
         "--if-exists goes with --clean only"},
        {o->large_objects && o->no_large_objects, YIELDS_EITHER, "large-objects",
         "no-large-objects", "--large-objects and --no-large-objects contradict each other"},
        {o->disable_triggers && !o->data_only && o->sections != SECTIONS_DATA, YIELDS_NONE,
         "disable-triggers", NULL,
         "--disable-triggers goes with --data-only or --section=data only"},
        {o->quiet && o->verbose, YIELDS_EITHER, "quiet", "verbose",
         "--quiet and --verbose contradict each other"},
        {o->log_format == LOG_JSON &&
             (o->progress == PROGRESS_BAR || o->progress == PROGRESS_PLAIN),
         YIELDS_EITHER, "log-format", "progress",
         "--log-format json goes with --progress json or none only"},
        {o->output != NULL && o->backup_dir != NULL, YIELDS_SECOND, "output", "backup-dir",
         "--output says where to already: --backup-dir can't go with it"},
        {o->command == COMMAND_RESTORE && o->databases.len > 1, YIELDS_NONE, "database", NULL,
         "one --database is restored by `restore`; `restore cluster` takes several"},
        {o->throwaway && !o->restore, YIELDS_NONE, "throwaway", NULL,
         "--throwaway goes with --restore only"},
        {o->throwaway && o->host != NULL, YIELDS_SECOND, "throwaway", "host",
         "--throwaway makes a server of its own: --host can't go with it"},
        {o->throwaway && o->port != NULL, YIELDS_SECOND, "throwaway", "port",
         "--throwaway makes a server of its own: --port can't go with it"},
        {o->throwaway && o->user != NULL, YIELDS_SECOND, "throwaway", "user",
         "--throwaway makes a server of its own: --user can't go with it"},
        {o->throwaway && o->socket != NULL, YIELDS_SECOND, "throwaway", "socket",
         "--throwaway makes a server of its own: --socket can't go with it"},
        {o->report != NULL && !o->restore, YIELDS_NONE, "report", NULL,
         "--report goes with --restore only"},
        {o->command == COMMAND_VERIFY && o->databases.len > 0 && !o->restore, YIELDS_NONE,
         "database", NULL, "--database goes with --restore only: all of a file is verified"},
        {o->key_file != NULL && o->passphrase_file != NULL &&
             (o->encrypt || o->command == COMMAND_KEY),
         YIELDS_EITHER, "key-file", "passphrase-file",
         "--key-file and --passphrase-file: a file is encrypted with one of them"},
        {o->new_key_file != NULL && o->new_passphrase_file != NULL, YIELDS_NONE, "new-key-file",
         "new-passphrase-file", "--new-key-file and --new-passphrase-file contradict each other"},
        {o->config != NULL && o->no_config, YIELDS_EITHER, "config", "no-config",
         "--config and --no-config contradict each other"},
        /* A socket would win over a host that the user has just typed. */
        {o->host != NULL && o->socket != NULL, YIELDS_EITHER, "host", "socket", NULL},
        {o->port != NULL && o->socket != NULL, YIELDS_EITHER, "port", "socket", NULL},
    };

    for (size_t i = 0; i < ARRAY_LENGTH(rules); i++) {
        const Rule *rule = &rules[i];

        if (rule->broken && (rule->message != NULL || options_origin(o, rule->first)->rank !=
                                                          options_origin(o, rule->second)->rank)) {
            *found = *rule;
            return true;
        }
    }
    return false;
}

/* Whoever didn't type an option must learn where it is. */
static bool refuse(const Options *options, const Rule *rule, Error *err)
{
    const char *names[] = {rule->first, rule->second};

    (void)error_set(err, ERR_USAGE, "%s", rule->message);
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
        const Origin *origin = names[i] != NULL ? options_origin(options, names[i]) : NULL;
        char text[CONFIG_ORIGIN_SIZE];

        if (origin != NULL && (origin->kind == ORIGIN_FILE || origin->kind == ORIGIN_VARIABLE)) {
            config_origin_text(names[i], origin, text);
            return error_hint(err, "--%s comes from %s.", names[i], text);
        }
    }
    return false;
}

bool options_settle(Options *options, Error *err)
{
    Rule rule;

    while (find_broken(options, &rule)) {
        const Origin *first = options_origin(options, rule.first);
        const Origin *second = rule.second != NULL ? options_origin(options, rule.second) : NULL;
        const char *farther = NULL;

        if (second != NULL && rule.yields != YIELDS_NONE && second->rank < first->rank) {
            farther = rule.second;
        } else if (second != NULL && rule.yields == YIELDS_EITHER && first->rank < second->rank) {
            farther = rule.first;
        }
        if (farther == NULL) {
            return refuse(options, &rule, err);
        }
        option_reset(options, option_by_name(farther, strlen(farther)));
    }
    return true;
}
