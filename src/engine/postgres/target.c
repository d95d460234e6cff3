/* SPDX-License-Identifier: Apache-2.0 */
/* The database that is restored into: is it there, is it empty, may we; and how it is made. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/postgres/create_database.h"
#include "engine/postgres/restore_session.h"
#include "engine/postgres/uri.h"
#include "sql/quote.h"

enum { SQL_LIMIT = 1 << 20 };

static const char *const maintenance_databases[] = {"postgres", "template1"};

/* A row when the database holds anything that initdb hasn't made: oids tell (FirstNormalObjectId).
 * Nearly always there is nothing, and the longer question below needn't be asked. */
static const char is_used_query[] =
    "select true where exists (select from pg_class where oid >= 16384)"
    "    or exists (select from pg_type where oid >= 16384)"
    "    or exists (select from pg_proc where oid >= 16384)"
    "    or exists (select from pg_operator where oid >= 16384)"
    "    or exists (select from pg_namespace where oid >= 16384)"
    "    or exists (select from pg_largeobject_metadata)";

/* What a database holds besides what every new one has, in words: "2 tables". One row for each kind
 * that there is any of. Extensions and what belongs
 * to them don't count: on a managed server they are there before anything else, and CREATE
 * EXTENSION IF NOT EXISTS puts up with them. */
static const char contents_query[] =
    "with space as (select oid, nspname from pg_namespace"
    "                where nspname !~ '^pg_' and nspname <> 'information_schema'),"
    " member as (select classid, objid from pg_depend where deptype = 'e'),"
    " counted(ord, what, n) as ("
    " select 1, 'table', count(*) from pg_class c join space s on s.oid = c.relnamespace"
    "  where c.relkind in ('r', 'p', 'f')"
    "    and ('pg_class'::regclass, c.oid) not in (select classid, objid from member)"
    " union all select 2, 'view', count(*) from pg_class c join space s on s.oid = c.relnamespace"
    "  where c.relkind in ('v', 'm')"
    "    and ('pg_class'::regclass, c.oid) not in (select classid, objid from member)"
    " union all select 3, 'sequence', count(*)"
    "  from pg_class c join space s on s.oid = c.relnamespace"
    "  where c.relkind = 'S'"
    "    and ('pg_class'::regclass, c.oid) not in (select classid, objid from member)"
    " union all select 4, 'type', count(*) from pg_type t join space s on s.oid = t.typnamespace"
    "  left join pg_class c on c.oid = t.typrelid"
    "  where (c.oid is null and t.typcategory <> 'A' or c.relkind = 'c')"
    "    and ('pg_type'::regclass, t.oid) not in (select classid, objid from member)"
    " union all select 5, 'function', count(*) from pg_proc p join space s on s.oid = "
    "p.pronamespace"
    "  where ('pg_proc'::regclass, p.oid) not in (select classid, objid from member)"
    " union all select 6, 'operator', count(*)"
    "  from pg_operator o join space s on s.oid = o.oprnamespace"
    "  where ('pg_operator'::regclass, o.oid) not in (select classid, objid from member)"
    " union all select 7, 'schema', count(*) from space"
    "  where nspname <> 'public'"
    "    and ('pg_namespace'::regclass, oid) not in (select classid, objid from member)"
    " union all select 8, 'large object', count(*) from pg_largeobject_metadata)"
    " select string_agg(n || ' ' || what || case when n = 1 then '' else 's' end, ', ' order by "
    "ord)"
    " from counted where n > 0";

/* --- Connecting ------------------------------------------------------------------------------- */

bool target_connect(const RestoreSession *session, const char *database, PgConnection **out,
                    Error *err)
{
    Buffer uri;
    bool ok;

    if (!pg_uri_is(session->target.database)) {
        return pg_connect(&session->server, database, &session->context, out, err);
    }
    buffer_init(&uri, SQL_LIMIT);
    ok = pg_uri_with_database(session->target.database, database, &uri, err) &&
         pg_connect(&session->server, uri.data, &session->context, out, err);
    if (uri.capacity > 0) {
        explicit_bzero(uri.data, uri.capacity); /* it may hold a password */
    }
    buffer_free(&uri);
    return ok;
}

/* The target's name: itself, or what its URI says. */
static bool find_name(RestoreSession *session, Error *err)
{
    const char *name = session->target.database;

    if (pg_uri_is(name)) {
        pg_uri_database(name, session->database, sizeof session->database);
    } else {
        (void)snprintf(session->database, sizeof session->database, "%s", name);
    }
    return session->database[0] != '\0' ||
           error_set(err, ERR_USAGE, "no database is named to restore into");
}

/* --- Looking ---------------------------------------------------------------------------------- */

/* The text of the only column of the only row; "" for null. */
static bool ask(RestoreSession *session, const char *sql, Buffer *answer, Error *err)
{
    PGresult *rows;

    if (!pg_query(session->connection, sql, &rows, err)) {
        return false;
    }
    buffer_clear(answer);
    if (PQntuples(rows) > 0) {
        buffer_puts(answer, PQgetvalue(rows, 0, 0));
    }
    PQclear(rows);
    return buffer_ok(answer, "the server's answer", err);
}

/* Asks a yes-or-no question with one text literal in it. */
static bool ask_about(RestoreSession *session, const char *question, const char *name, bool *yes,
                      Error *err)
{
    Buffer sql;
    Buffer answer;
    bool ok;

    buffer_init(&sql, SQL_LIMIT);
    buffer_init(&answer, SQL_LIMIT);
    buffer_puts(&sql, question);
    if (name != NULL) {
        sql_quote_literal(&sql, name);
    }
    ok = buffer_ok(&sql, "a query", err) && ask(session, sql.data, &answer, err);
    if (ok) {
        *yes = strcmp(answer.data, "t") == 0;
    }
    buffer_free(&sql);
    buffer_free(&answer);
    return ok;
}

/* The answers must not depend on a search_path that the database or role sets. */
static bool prepare_questions(RestoreSession *session, Error *err)
{
    bool standby = false;

    if (!pg_exec(session->connection, "SET search_path = pg_catalog", err) ||
        !ask_about(session, "select pg_is_in_recovery()", NULL, &standby, err)) {
        return false;
    }
    if (standby) {
        (void)error_set(err, ERR_REFUSED, "the server is a standby: nothing can be restored there");
        return error_hint(err, "Restore on its primary.");
    }
    return true;
}

static bool connect_maintenance(RestoreSession *session, Error *err)
{
    for (size_t i = 0; i < ARRAY_LENGTH(maintenance_databases); i++) {
        if (target_connect(session, maintenance_databases[i], &session->connection, err)) {
            return true;
        }
        if (strcmp(err->sqlstate, "3D000") != 0 && strcmp(err->sqlstate, "42501") != 0) {
            return false;
        }
    }
    return false;
}

static bool inspect_for_create(RestoreSession *session, Error *err)
{
    bool exists = false;
    bool may = false;

    if (!connect_maintenance(session, err) || !prepare_questions(session, err) ||
        !ask_about(session, "select count(*) > 0 from pg_database where datname = ",
                   session->database, &exists, err) ||
        !ask_about(session,
                   "select rolsuper or rolcreatedb from pg_roles where rolname = current_user",
                   NULL, &may, err)) {
        return false;
    }
    if (exists && !session->target.clean) {
        (void)error_set(err, ERR_REFUSED, "the database \"%s\" exists already (SQLSTATE 42P04)",
                        session->database);
        (void)snprintf(err->sqlstate, sizeof err->sqlstate, "42P04");
        return error_hint(err, "Name another with --target; or leave --create out to restore into "
                               "it, if it is empty.");
    }
    if (!may) {
        (void)error_set(err, ERR_SERVER,
                        "cannot create the database \"%s\": the user \"%s\" may not create "
                        "databases (SQLSTATE 42501)",
                        session->database, pg_user(session->connection));
        (void)snprintf(err->sqlstate, sizeof err->sqlstate, "42501");
        return error_hint(err, "A superuser can allow it (ALTER ROLE … CREATEDB), or create the "
                               "database for you: then restore without --create.");
    }
    return true;
}

static bool refuse_filled(const RestoreSession *session, const char *contents, Error *err)
{
    (void)error_set(err, ERR_REFUSED, "the database \"%s\" is not empty: it holds %s",
                    session->database, contents);
    return error_hint(err, "Restore into a new one with --target NAME --create; or drop first what "
                           "the backup holds with --clean; or add to what is there with "
                           "--confirm.");
}

static bool inspect_existing(RestoreSession *session, Error *err)
{
    Buffer contents;
    bool may = false;
    bool ok;

    if (!target_connect(session, session->database, &session->connection, err)) {
        if (strcmp(err->sqlstate, "3D000") == 0) {
            err->hint[0] = '\0';
            (void)error_hint(err, "Add --create to have it made, or name another with --target.");
        }
        return false;
    }
    if (!prepare_questions(session, err) ||
        !ask_about(session,
                   "select has_database_privilege(current_database(), 'CREATE')"
                   " or coalesce((select has_schema_privilege(oid, 'CREATE')"
                   "                from pg_namespace where nspname = 'public'), false)",
                   NULL, &may, err)) {
        return false;
    }
    if (!journal_look(session, err)) {
        return false;
    }
    if (!may) {
        (void)error_set(err, ERR_SERVER,
                        "the user \"%s\" may create nothing in the database \"%s\" (SQLSTATE "
                        "42501)",
                        pg_user(session->connection), session->database);
        (void)snprintf(err->sqlstate, sizeof err->sqlstate, "42501");
        return error_hint(err, "Restore as the database's owner or as a superuser.");
    }
    if (session->target.allow_not_empty || session->target.clean || session->resumed) {
        return true;
    }
    buffer_init(&contents, SQL_LIMIT);
    ok = ask(session, is_used_query, &contents, err) &&
         (contents.len == 0 || ask(session, contents_query, &contents, err)) &&
         (contents.len == 0 || refuse_filled(session, contents.data, err));
    buffer_free(&contents);
    return ok;
}

bool target_inspect(RestoreSession *session, Error *err)
{
    if (!find_name(session, err)) {
        return false;
    }
    return session->target.create ? inspect_for_create(session, err)
                                  : inspect_existing(session, err);
}

/* --- Making ----------------------------------------------------------------------------------- */

/* One that can't be dropped stays as it was. */
static bool drop_database(RestoreSession *session, const char *name, bool is_template, Error *err)
{
    Error ignored = {0};

    if (is_template &&
        !pg_exec_format(session->connection, err, "ALTER DATABASE %s IS_TEMPLATE false", name)) {
        return false;
    }
    if (pg_exec_format(session->connection, err, "DROP DATABASE %s", name)) {
        return true;
    }
    if (is_template) {
        (void)!pg_exec_format(session->connection, &ignored, "ALTER DATABASE %s IS_TEMPLATE true",
                              name);
    }
    return false;
}

/* Whoever is connected to it isn't sent away. */
static bool drop_older(RestoreSession *session, Error *err)
{
    bool exists = false;
    bool is_template = false;
    Buffer name;
    bool ok;

    buffer_init(&name, SQL_LIMIT);
    sql_quote_identifier(&name, session->database);
    ok = buffer_ok(&name, "a name", err) &&
         ask_about(session,
                   "select count(*) > 0 from pg_database where datname = ", session->database,
                   &exists, err) &&
         ask_about(session, "select bool_or(datistemplate) from pg_database where datname = ",
                   session->database, &is_template, err) &&
         (!exists || drop_database(session, name.data, is_template, err));
    buffer_free(&name);
    session->dropped = ok && exists;
    if (!ok && err->code == ERR_SERVER) {
        (void)error_prefix(err, "cannot drop the database \"%s\"", session->database);
        if (strcmp(err->sqlstate, "55006") == 0) {
            (void)error_hint(err, "Others use it (pg_stat_activity shows who): end their sessions, "
                                  "then restore it again.");
        }
    }
    return ok;
}

static void explain_create(const RestoreSession *session, Error *err)
{
    if (err->code != ERR_SERVER) {
        return;
    }
    (void)error_prefix(err, "cannot create the database \"%s\"", session->database);
    if (strcmp(err->sqlstate, "42704") == 0) {
        (void)error_hint(err, "Create it on this server first, or leave it out: --no-tablespaces, "
                              "--no-owner.");
    } else if (!session->target.is_scratch) {
        (void)error_hint(err, "Create the database yourself, as it can be on this server, then "
                              "restore into it without --create.");
    }
}

bool target_create(RestoreSession *session, Error *err)
{
    Buffer sql;
    bool ok;

    buffer_init(&sql, SQL_LIMIT);
    /* A role or server whose sessions only read by default may still be restored to. */
    ok = create_database_sql(session->database, session->target.database_properties,
                             pg_server_version(session->connection), session->target.leave_out,
                             &sql, err) &&
         pg_exec(session->connection, "SET default_transaction_read_only = off", err) &&
         (!session->target.clean || drop_older(session, err));
    if (ok && !pg_exec(session->connection, sql.data, err)) {
        explain_create(session, err);
        ok = false;
    }
    buffer_free(&sql);
    if (!ok) {
        return false;
    }
    session->created = true;
    session->target.clean = false; /* nothing is left of what was there */
    pg_disconnect(session->connection);
    session->connection = NULL;
    return target_connect(session, session->database, &session->connection, err);
}

bool target_seal(RestoreSession *session, Error *err)
{
    Buffer sql;
    bool ok;

    if (session->target.database_properties == NULL) {
        return true;
    }
    buffer_init(&sql, SQL_LIMIT);
    ok = database_settings_sql(session->target.database_properties, session->target.leave_out, &sql,
                               err) &&
         (!session->created ||
          seal_database_sql(session->database, session->target.database_properties, &sql, err)) &&
         (sql.len == 0 || pg_exec(session->connection, sql.data, err) ||
          error_prefix(err, "cannot set what hangs on the database \"%s\"", session->database));
    buffer_free(&sql);
    return ok;
}

/* Memory for building indexes: what the server keeps for its buffers says how large it is. Shared
 * by the sessions that will work at once, and never less than the user or the server has set. */
static bool raise_memory(RestoreSession *session, Error *err)
{
    static const char sql[] =
        "SELECT pg_catalog.set_config('maintenance_work_mem', share || 'kB', false)"
        "  FROM (SELECT least(1048576, greatest(262144, buffers / 1024) / %u) AS share, present"
        "          FROM (SELECT pg_catalog.pg_size_bytes("
        "                         pg_catalog.current_setting('shared_buffers')) AS buffers,"
        "                       pg_catalog.pg_size_bytes("
        "                         pg_catalog.current_setting('maintenance_work_mem')) / 1024"
        "                         AS present) AS setting) AS memory"
        " WHERE share > present";
    unsigned jobs = session->target.jobs > 0 ? session->target.jobs : 1;

    return pg_exec_format(session->connection, err, sql, jobs);
}

bool target_session(RestoreSession *session, Error *err)
{
    /* What is committed early needn't be on disk early: restore_finish waits for all of it. */
    if (session->target.disable_triggers &&
        !pg_exec(session->connection, "SET session_replication_role = replica", err)) {
        (void)error_prefix(err, "--disable-triggers");
        return error_hint(err, "It takes a superuser.");
    }
    return pg_exec(session->connection,
                   "RESET search_path; SET synchronous_commit = off; SET statement_timeout = 0;"
                   " SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0;"
                   " SET default_transaction_read_only = off",
                   err) &&
           raise_memory(session, err);
}
