/* SPDX-License-Identifier: Apache-2.0 */
/* Who can do what, and who does it. */
#include "engine/manager.h"

#include <string.h>

#include "base/compiler.h"

#define BOTH_WAYS (DOES_BACKUP | DOES_RESTORE | OF_SINGLE | OF_CLUSTER)

/* The first that can do it does it, unless the user chooses. */
const Ability engine_abilities[] = {
    {"native", "postgres", FORMAT_SQL, BOTH_WAYS},
    {"native", "mysql", FORMAT_SQL, BOTH_WAYS},
    {"tools", "postgres", FORMAT_SQL, BOTH_WAYS},
    {"tools", "postgres", FORMAT_CUSTOM, BOTH_WAYS},
    {"tools", "postgres", FORMAT_DIRECTORY, DOES_BACKUP | DOES_RESTORE | OF_SINGLE},
    {"tools", "mysql", FORMAT_SQL, BOTH_WAYS},
};
const size_t engine_ability_count = ARRAY_LENGTH(engine_abilities);

const char *backup_format_name(BackupFormat format)
{
    static const char *const names[] = {[FORMAT_AUTO] = "auto",
                                        [FORMAT_SQL] = "sql",
                                        [FORMAT_CUSTOM] = "custom",
                                        [FORMAT_DIRECTORY] = "directory"};

    return names[format];
}

static bool is_able(const char *engine, const char *servers, BackupFormat format, unsigned what)
{
    for (size_t i = 0; i < engine_ability_count; i++) {
        const Ability *ability = &engine_abilities[i];

        if (strcmp(ability->engine, engine) == 0 && strcmp(ability->servers, servers) == 0 &&
            ability->format == format && (ability->what & what) == what) {
            return true;
        }
    }
    return false;
}

/* Fills plan->by_tools for plan->format. */
static bool choose(const char *servers, EngineChoice choice, unsigned what, WorkPlan *plan)
{
    bool native = is_able("native", servers, plan->format, what);
    bool tools = is_able("tools", servers, plan->format, what);

    plan->by_tools = choice == ENGINE_TOOLS || (choice == ENGINE_AUTO && !native);
    return plan->by_tools ? tools : native;
}

static bool refuse_format(const char *servers, EngineChoice choice, BackupFormat format,
                          bool is_member, Error *err)
{
    const char *name = backup_format_name(format);

    if (choice == ENGINE_NATIVE && is_able("tools", servers, format, DOES_BACKUP)) {
        (void)error_set(err, ERR_UNSUPPORTED,
                        "the native engine doesn't write pg_dump's %s format yet", name);
        return error_hint(err, "pg_dump does: --engine tools. Or make a script: -F sql.");
    }
    (void)error_set(err, ERR_USAGE, "-F %s is not for %s", name,
                    is_member ? "a cluster archive, in which each backup is one file"
                              : "MySQL and MariaDB");
    return error_hint(err, "Leave -F out.");
}

bool manager_plan_backup(const char *servers, EngineChoice choice, BackupFormat format,
                         bool is_member, WorkPlan *plan, Error *err)
{
    unsigned what = DOES_BACKUP | (is_member ? OF_CLUSTER : OF_SINGLE);
    WorkPlan made = {.format = format == FORMAT_AUTO ? FORMAT_SQL : format};

    if (format == FORMAT_AUTO && is_member && choice != ENGINE_NATIVE &&
        is_able("tools", servers, FORMAT_CUSTOM, what)) {
        made = (WorkPlan){
            .by_tools = true, .if_they_fit = choice == ENGINE_AUTO, .format = FORMAT_CUSTOM};
    } else if (!choose(servers, choice, what, &made)) {
        return refuse_format(servers, choice, format, is_member, err);
    }
    *plan = made;
    return true;
}

static BackupFormat format_of(FileKind kind)
{
    switch (kind) {
    case FILE_PG_CUSTOM:
    case FILE_TAR: /* pg_dump -Ft's; pg_restore tells them apart */
        return FORMAT_CUSTOM;
    case FILE_PG_DIRECTORY:
        return FORMAT_DIRECTORY;
    case FILE_EMPTY:
    case FILE_UNKNOWN:
    case FILE_ENCRYPTED:
    case FILE_CLUSTER:
    case FILE_SCRIPT_ARCHIVE:
    case FILE_SCRIPT_GZIP:
    case FILE_SCRIPT_ZSTD:
    case FILE_SCRIPT_PLAIN:
        break;
    }
    return FORMAT_SQL;
}

bool manager_plan_restore(const char *servers, EngineChoice choice, FileKind kind, const char *path,
                          WorkPlan *plan, Error *err)
{
    WorkPlan made = {.format = format_of(kind)};

    if (choose(servers, choice, DOES_RESTORE | OF_SINGLE, &made)) {
        *plan = made;
        return true;
    }
    if (choice == ENGINE_NATIVE && is_able("tools", servers, made.format, DOES_RESTORE)) {
        (void)error_set(err, ERR_UNSUPPORTED,
                        "%s is a %s, which the native engine does not read yet", path,
                        file_kind_text(kind));
        return error_hint(err, "pg_restore does: leave --native, or --engine native, out.");
    }
    (void)error_set(err, ERR_USAGE, "%s is a %s, and can't be restored into MySQL or MariaDB", path,
                    file_kind_text(kind));
    return error_hint(err, "Say which kind of server to restore into with --db-type postgres.");
}

/* The server knew not what was asked of it. Its own programs ask otherwise. */
static bool is_misunderstanding(const char *sqlstate)
{
    static const char *const classes[] = {
        "0A", /* feature not supported */
        "21", /* cardinality */
        "22", /* data exception: in a query on the catalog */
        "42", /* syntax, unknown names */
        "54", /* a limit of the server's */
    };
    static const char *const others[] = {
        "42000", /* of MySQL, also rights */
        "42501", /* rights */
    };

    for (size_t i = 0; i < ARRAY_LENGTH(others); i++) {
        if (strcmp(sqlstate, others[i]) == 0) {
            return false;
        }
    }
    for (size_t i = 0; i < ARRAY_LENGTH(classes); i++) {
        if (strncmp(sqlstate, classes[i], 2) == 0) {
            return true;
        }
    }
    return strcmp(sqlstate, "XX000") == 0;
}

bool manager_may_fall_back(const Error *err)
{
    switch (err->code) {
    case ERR_UNSUPPORTED:
    case ERR_INTERNAL:
    case ERR_LIMIT:
        return true;
    case ERR_SERVER:
        return is_misunderstanding(err->sqlstate);
    case ERR_NONE:
    case ERR_USAGE:
    case ERR_REFUSED:
    case ERR_DAMAGED:
    case ERR_NOT_BACKUP:
    case ERR_KEY:
    case ERR_IO:
    case ERR_CONNECT:
    case ERR_TOOL:
    case ERR_LOST:
    case ERR_CANCELLED:
    case ERR_MEMORY:
    case ERR_INCOMPLETE:
        break;
    }
    return false;
}
