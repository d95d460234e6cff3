/* SPDX-License-Identifier: Apache-2.0 */
/* dbbackup engines: what can do which work, and the servers' own programs that were found. */
#include "cli/commands.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "engine/tools/programs.h"

typedef struct Found {
    ProgramList lists[N_PROGRAMS];
    ServerFacts server;
    bool has_server;
} Found;

/* --- Looking ------------------------------------------------------------------------------ */

static bool is_server_named(const Options *options)
{
    static const char *const names[] = {"host", "port", "socket", "user"};

    for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
        if (options_origin(options, names[i])->kind == ORIGIN_CALL) {
            return true;
        }
    }
    return options->n_operands > 0;
}

static bool describe_server(const CommandContext *context, Found *found, Error *err)
{
    const Options *options = context->options;
    const char *database = options->n_operands > 0 ? options->operands[0] : NULL;
    const Engine *engine = command_engine(options, database, err);
    ServerOptions server = command_server(options, database);

    if (engine == NULL) {
        return false;
    }
    if (database == NULL) {
        database = engine == &postgres_engine ? "postgres" : "";
    }
    found->has_server = true;
    return engine->describe(&server, database, &context->engine, &found->server, err);
}

static bool look(const CommandContext *context, Found *found, Error *err)
{
    if (is_server_named(context->options) && !describe_server(context, found, err)) {
        return false;
    }
    for (int id = 0; id < N_PROGRAMS; id++) {
        if (!programs_find((ProgramId)id, &context->engine, &found->lists[id], err)) {
            return false;
        }
    }
    return true;
}

/* NULL: it fits, or there is no server to fit. */
static const char *unfit(const Found *found, const Program *program, char *text, size_t size)
{
    bool mysql_server = found->has_server && strcmp(found->server.dbms, "postgres") != 0;
    bool mysql_program = program_is_of_mysql(program->id);

    if (program->version == 0) {
        return "it doesn't say its version";
    }
    if (!found->has_server) {
        return NULL;
    }
    return mysql_server != mysql_program ? "it is for another kind of server"
                                         : program_unfit(program, &found->server, text, size);
}

/* --- Printing ----------------------------------------------------------------------------- */

static const char *servers_text(const char *servers)
{
    return strcmp(servers, "postgres") == 0 ? postgres_engine.servers : mysql_engine.servers;
}

/* "backup, restore" */
static const char *what_text(unsigned what)
{
    static const char *const texts[] = {
        [0] = "",
        [DOES_BACKUP] = "backup",
        [DOES_RESTORE] = "restore",
        [DOES_BACKUP | DOES_RESTORE] = "backup, restore",
    };

    return texts[what & (DOES_BACKUP | DOES_RESTORE)];
}

static void print_text(const Found *found)
{
    char why[256];

    printf("%-8s%-19s%-11s%-17s%s\n", "ENGINE", "SERVERS", "FORMAT", "DOES", "OF");
    for (size_t i = 0; i < engine_ability_count; i++) {
        const Ability *ability = &engine_abilities[i];

        printf("%-8s%-19s%-11s%-17s%s\n", ability->engine, servers_text(ability->servers),
               backup_format_name(ability->format), what_text(ability->what),
               (ability->what & OF_CLUSTER) != 0 ? "single, cluster" : "single");
    }
    if (found->has_server) {
        printf("\nserver: %s %s\n",
               strcmp(found->server.dbms, "postgres") == 0  ? "PostgreSQL"
               : strcmp(found->server.dbms, "mariadb") == 0 ? "MariaDB"
                                                            : "MySQL",
               found->server.server_version);
    }
    printf("\n");
    for (int id = 0; id < N_PROGRAMS; id++) {
        for (size_t i = 0; i < found->lists[id].len; i++) {
            const Program *program = &found->lists[id].items[i];
            const char *reason = unfit(found, program, why, sizeof why);

            printf("%s  %s%s%s\n", program->path, program->said,
                   reason != NULL ? ": does not fit: " : "", reason != NULL ? reason : "");
        }
        if (found->lists[id].len == 0) {
            printf("%s  not found\n", program_names((ProgramId)id));
        }
    }
}

static void put_abilities(JsonWriter *json)
{
    json_begin_array(json, "abilities");
    for (size_t i = 0; i < engine_ability_count; i++) {
        const Ability *ability = &engine_abilities[i];

        json_begin_object(json, NULL);
        json_text(json, "engine", ability->engine);
        json_text(json, "servers", ability->servers);
        json_text(json, "format", backup_format_name(ability->format));
        json_bool(json, "backup", (ability->what & DOES_BACKUP) != 0);
        json_bool(json, "restore", (ability->what & DOES_RESTORE) != 0);
        json_bool(json, "single", (ability->what & OF_SINGLE) != 0);
        json_bool(json, "cluster", (ability->what & OF_CLUSTER) != 0);
        json_end_object(json);
    }
    json_end_array(json);
}

static void put_tools(JsonWriter *json, const Found *found)
{
    char why[256];

    json_begin_array(json, "tools");
    for (int id = 0; id < N_PROGRAMS; id++) {
        for (size_t i = 0; i < found->lists[id].len; i++) {
            const Program *program = &found->lists[id].items[i];

            json_begin_object(json, NULL);
            json_text(json, "name", program->name);
            json_text(json, "path", program->path);
            json_text(json, "version", program->said);
            json_int(json, "version_number", program->version);
            json_text(json, "unfit", unfit(found, program, why, sizeof why));
            json_end_object(json);
        }
    }
    json_end_array(json);
}

static bool print_json(const Found *found, Error *err)
{
    Buffer CLEANUP(buffer_free) text;
    JsonWriter json;

    buffer_init(&text, 1 << 20);
    json_init(&json, &text);
    json_begin_object(&json, NULL);
    put_abilities(&json);
    json_text(&json, "server", found->has_server ? found->server.dbms : NULL);
    json_text(&json, "server_version", found->has_server ? found->server.server_version : NULL);
    put_tools(&json, found);
    json_end_object(&json);
    if (!buffer_ok(&text, "JSON", err)) {
        return false;
    }
    printf("%s\n", text.data);
    return true;
}

bool command_engines(const CommandContext *context, Error *err)
{
    Found found = {0};
    bool ok;

    server_facts_init(&found.server);
    ok = look(context, &found, err);
    if (ok && context->options->json) {
        ok = print_json(&found, err);
    } else if (ok) {
        print_text(&found);
    }
    for (int id = 0; id < N_PROGRAMS; id++) {
        vec_free(&found.lists[id]);
    }
    server_facts_free(&found.server);
    return ok;
}
