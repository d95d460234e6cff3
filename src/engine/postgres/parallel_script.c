/* SPDX-License-Identifier: Apache-2.0 */
/* What of a script goes to workers, and what waits for them. */
#include "engine/postgres/parallel_script.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "engine/postgres/script_crew.h"
#include "engine/postgres/script_jobs.h"
#include "sql/copy_rows.h"
#include "sql/meta_commands.h"
#include "sql/quote.h"
#include "sql/statement_class.h"

enum { SQL_LIMIT = 1 << 20 };

struct ParallelScript {
    RestoreSession *leader;
    const char *name;
    ScriptCrew *crew; /* NULL as long as there is nothing for it to do */
    ScriptJobs jobs;
    bool follows; /* the workers' sessions are as the leader's is */
    bool alone;   /* there can be no workers; until the script connects anew */
};

bool parallel_script_begin(RestoreSession *leader, const char *name, ParallelScript **out,
                           Error *err)
{
    const RestoreTarget *target = &leader->target;
    ParallelScript *script;

    *out = NULL;
    if (target->jobs < 2 || target->continue_on_error || leader->open ||
        leader->context.cancel == NULL) {
        return true;
    }
    script = calloc(1, sizeof *script);
    if (script == NULL) {
        return error_set_memory(err, "a script");
    }
    script->leader = leader;
    script->name = name;
    *out = script;
    return true;
}

/* --- The crew --------------------------------------------------------------------------------- */

/* Nobody is told of it by the crew: what failed there becomes ours. */
static bool crew_failed(ParallelScript *script, Error *err)
{
    return queue_failure(script_crew_queue(script->crew), err)
               ? false
               : error_set(err, ERR_INTERNAL, "the workers stopped without a reason");
}

static bool wait_for_crew(ParallelScript *script, Error *err)
{
    return script->crew == NULL || queue_wait(script_crew_queue(script->crew)) ||
           crew_failed(script, err);
}

static bool is_idle(const ParallelScript *script)
{
    return script->crew == NULL || queue_is_idle(script_crew_queue(script->crew));
}

static bool in_transaction(const ParallelScript *script)
{
    return pg_transaction_status(script->leader->connection) != PQTRANS_IDLE;
}

static void stay_alone(ParallelScript *script, const char *why)
{
    if (!script->alone) {
        event_text(script->leader->context.events, EVENT_NOTICE,
                   "%s: from here on one connection does all the work: %s", script->name, why);
    }
    script->alone = true;
}

/* Workers that are as the leader is; nothing is under way then. *ready is false when there can't be
 * any. */
static bool make_ready(ParallelScript *script, bool *ready, Error *err)
{
    bool same = true;

    *ready = false;
    if (script->alone || (script->crew != NULL && script->follows)) {
        *ready = !script->alone;
        return true;
    }
    if (!wait_for_crew(script, err)) {
        return false;
    }
    if (script->crew == NULL &&
        !script_crew_new(script->leader, script->name, &script->crew, err)) {
        return false;
    }
    if (script->crew == NULL) {
        stay_alone(script, "the server has no room for more");
        return true;
    }
    if (!script_crew_follow(script->crew, &same, err)) {
        return false;
    }
    script->follows = same;
    *ready = same;
    if (!same) {
        stay_alone(script, "its session has settings that others can't be given");
    }
    return true;
}

/* --- Definitions ------------------------------------------------------------------------------ */

static bool run_jobs(ParallelScript *script, Error *err)
{
    RestoreSession *const *workers = &script->leader;
    size_t n_workers = 1;
    bool ready;

    if (script->jobs.list.len == 0) {
        return true;
    }
    if (!wait_for_crew(script, err) || !make_ready(script, &ready, err)) {
        return false;
    }
    if (ready) {
        workers = script_crew_sessions(script->crew, &n_workers);
    }
    return script_jobs_run(&script->jobs, script->leader, workers, n_workers, script->name, err);
}

bool parallel_script_settle(ParallelScript *script, Error *err)
{
    return run_jobs(script, err) && wait_for_crew(script, err);
}

bool parallel_script_statement(ParallelScript *script, const SqlToken *token, bool *taken,
                               Error *err)
{
    StatementFacts facts = sql_classify(token->text, token->len);

    *taken = false;
    if (in_transaction(script)) {
        return true; /* so nothing is under way */
    }
    switch (facts.class) {
    case CLASS_SETVAL: /* no COPY under way makes use of a sequence, and no index does */
        return true;
    case CLASS_INDEX:
    case CLASS_KEY:
    case CLASS_FOREIGN:
    case CLASS_COMMENT:
        if (script->alone) {
            break;
        }
        if (!script_jobs_fit(&script->jobs, token) && !run_jobs(script, err)) {
            return false;
        }
        *taken = script_jobs_fit(&script->jobs, token);
        if (*taken) {
            return script_jobs_add(&script->jobs, token, facts, err);
        }
        break;
    case CLASS_OTHER:
        break;
    }
    if (!parallel_script_settle(script, err)) {
        return false;
    }
    script->follows = false;
    if (sql_sets_own_parameter(token->text, token->len)) {
        stay_alone(script, "the script sets parameters of its own");
    }
    return true;
}

bool parallel_script_meta(ParallelScript *script, const SqlToken *token, Error *err)
{
    if (!parallel_script_settle(script, err)) {
        return false;
    }
    script->follows = false;
    if (sql_meta_command(token->text, token->len) == META_CONNECT && !in_transaction(script)) {
        script_crew_free(script->crew, NULL); /* a new session may have other defaults */
        script->crew = NULL;
        script->alone = false;
    }
    return true;
}

/* --- Data ------------------------------------------------------------------------------------- */

/* How a COPY's rows go in. */
typedef struct CopyPlan {
    bool shared; /* by workers */
    BinaryType types[COPY_COLUMNS_MAX];
    BinaryColumns columns; /* n is 0: as text */
} CopyPlan;

/* May rows go into the table in any order, beside those of other tables, and unseen by each other?
 * Not if a trigger, an index or a key is there already, nor if a CHECK or a generated column calls
 * a function that might look elsewhere. With the table's columns, in case that not all are given;
 * and, as copy_columns.sql has them, the statement that gives all in order, and their types.
 */
static const char table_query[] =
    "with wanted as (select c.* from pg_catalog.pg_class c where c.oid = "
    "pg_catalog.to_regclass(%s)),"
    " foreign_code as (select p.oid from pg_catalog.pg_proc p join pg_catalog.pg_language l"
    "   on l.oid = p.prolang where l.lanname not in ('internal', 'c') and p.oid >= 16384),"
    " code as (select 'pg_catalog.pg_proc'::pg_catalog.regclass::oid as class, oid"
    "            from foreign_code"
    "   union all select 'pg_catalog.pg_operator'::pg_catalog.regclass, o.oid"
    "               from pg_catalog.pg_operator o join foreign_code f on f.oid = o.oprcode),"
    " checks as ("
    "  select k.conrelid as relid, k.contypid as typid from pg_catalog.pg_constraint k"
    "    join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass"
    "     and d.objid = k.oid join code on d.refclassid = code.class and d.refobjid = code.oid"
    "   where k.contype = 'c'),"
    " columns as (select a.*, coalesce(e.typtype, t.typtype) as kind from wanted w"
    "   join pg_catalog.pg_attribute a on a.attrelid = w.oid and a.attnum > 0"
    "    and not a.attisdropped"
    "   join pg_catalog.pg_type t on t.oid = a.atttypid"
    "   left join pg_catalog.pg_type e on e.oid = t.typelem and t.typcategory = 'A')"
    " select relkind = 'r' and relpersistence <> 't' and not relhastriggers and not relhasindex"
    "   and not relrowsecurity"
    "   and not exists (select from checks where relid = w.oid)"
    "   and not exists (select from columns where kind not in ('b', 'e')"
    "                      and exists (select from checks where typid <> 0))"
    "   and not exists (select from columns where attgenerated <> '' and exists"
    "         (select from pg_catalog.pg_attrdef f join pg_catalog.pg_depend d"
    "              on d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass and d.objid = f.oid"
    "            join code on d.refclassid = code.class and d.refobjid = code.oid"
    "           where f.adrelid = w.oid))"
    "   and not exists (select from pg_catalog.pg_partition_ancestors(w.oid) as p(relid)"
    "         join pg_catalog.pg_partitioned_table t on t.partrelid = p.relid"
    "        where t.partexprs is not null),"
    " (select count(*) from columns where attgenerated = ''),"
    " (select pg_catalog.format('COPY %%I.%%I (%%s) FROM stdin;', s.nspname, w.relname,"
    "           pg_catalog.string_agg(pg_catalog.quote_ident(attname), ', ' order by attnum))"
    "    from columns where attgenerated = ''),"
    " (select pg_catalog.string_agg(coalesce(p.proname, '?'), ' ' order by attnum)"
    "    from columns join pg_catalog.pg_type t on t.oid = atttypid"
    "    left join pg_catalog.pg_proc p on p.oid = t.typreceive"
    "     and p.pronamespace = 'pg_catalog'::pg_catalog.regnamespace"
    "   where attgenerated = '')"
    " from wanted w join pg_catalog.pg_namespace s on s.oid = w.relnamespace";

/* Only of a table that this script made it is sure that nobody is altering it. The script itself
 * waits with that until all rows are in. */
static void choose_format(const ParallelScript *script, const SqlToken *token, const PGresult *rows,
                          CopyPlan *plan)
{
    size_t n;

    if (!script->leader->target.allow_not_empty &&
        strcmp(token->text, PQgetvalue(rows, 0, 2)) == 0 &&
        copy_columns_choose(script->leader->connection, PQgetvalue(rows, 0, 3), plan->types, &n)) {
        plan->columns = (BinaryColumns){plan->types, n};
    }
}

/* The leader asks; it is in no transaction. */
static bool ask_table(ParallelScript *script, const SqlToken *token, const CopyFacts *facts,
                      CopyPlan *plan, Error *err)
{
    PGresult *rows = NULL;
    Buffer name;
    Buffer literal;
    Buffer sql;
    bool ok;

    buffer_init(&name, SQL_LIMIT);
    buffer_init(&literal, SQL_LIMIT);
    buffer_init(&sql, SQL_LIMIT);
    buffer_append(&name, token->text + facts->table.start, facts->table.len);
    sql_quote_literal(&literal, name.data);
    buffer_printf(&sql, table_query, literal.data);
    ok = buffer_ok(&name, "a table's name", err) && buffer_ok(&literal, "a table's name", err) &&
         buffer_ok(&sql, "a query", err) &&
         pg_query(script->leader->connection, sql.data, &rows, err);
    if (ok) {
        plan->shared = PQntuples(rows) == 1 && PQgetvalue(rows, 0, 0)[0] == 't' &&
                       (facts->n_columns == 0 ||
                        facts->n_columns == strtoull(PQgetvalue(rows, 0, 1), NULL, 10));
        if (plan->shared) {
            choose_format(script, token, rows, plan);
        }
    }
    PQclear(rows);
    buffer_free(&name);
    buffer_free(&literal);
    buffer_free(&sql);
    return ok;
}

/* NULL on failure. */
static CopyPiece *open_piece(ParallelScript *script, const char *sql, const CopyPlan *plan,
                             uint64_t line, const CopyRows *block, Error *err)
{
    CopyPiece *piece = copy_piece_new(sql, &plan->columns, line, block->rows);

    if (piece == NULL) {
        (void)error_set_memory(err, "a piece of a table's data");
        return NULL;
    }
    if (!queue_open(script_crew_queue(script->crew), &piece->task)) {
        (void)crew_failed(script, err);
        return NULL;
    }
    return piece;
}

static bool close_piece(ParallelScript *script, CopyPiece *piece, const CopyRows *block, Error *err)
{
    piece->rows = block->rows - piece->rows_above;
    piece->rows_known = !block->uncertain;
    return queue_close(script_crew_queue(script->crew)) || crew_failed(script, err);
}

/* The block's data, cut into pieces. */
static bool hand_out(ParallelScript *script, const char *sql, const CopyPlan *plan, uint64_t line,
                     SqlLexer *lexer, Error *err)
{
    Queue *queue = script_crew_queue(script->crew);
    const EngineContext *context = &script->leader->context;
    CopyRows block = {0};
    CopyPiece *piece = NULL;
    size_t bytes = 0; /* of the piece */
    SqlToken token;

    for (;;) {
        if (!cancel_check(context->cancel, err) || !sql_lexer_next(lexer, &token, err)) {
            return false;
        }
        if (token.kind != SQL_COPY_DATA) {
            break;
        }
        if (piece != NULL && bytes >= SCRIPT_PIECE_SIZE &&
            copy_rows_can_cut(&block, token.text, token.len)) {
            if (!close_piece(script, piece, &block, err)) {
                return false;
            }
            piece = NULL;
        }
        if (piece == NULL) {
            piece = open_piece(script, sql, plan, line, &block, err);
            if (piece == NULL) {
                return false;
            }
            bytes = 0;
        }
        copy_rows_add(&block, token.text, token.len, token.rows);
        bytes += token.len;
        if (!queue_put(queue, token.text, token.len)) {
            return crew_failed(script, err);
        }
        event_progress(context->events, 0, token.rows, 0);
    }
    if (piece == NULL) { /* without rows, too: the server is to see each COPY */
        piece = open_piece(script, sql, plan, line, &block, err);
    }
    return piece != NULL && close_piece(script, piece, &block, err);
}

/* Is it worth it to share it out, and can it be done? Otherwise the leader does it, beside nothing
 * else. */
static bool make_plan(ParallelScript *script, const SqlToken *token, const SqlLexer *lexer,
                      CopyPlan *plan, Error *err)
{
    CopyFacts facts;
    bool ready;

    plan->shared = false;
    plan->columns = (BinaryColumns){plan->types, 0};
    if (!run_jobs(script, err)) {
        return false;
    }
    if (!sql_plain_copy(token->text, token->len, &facts) || script->alone ||
        (is_idle(script) && sql_lexer_copy_is_short(lexer))) {
        return true;
    }
    if (!make_ready(script, &ready, err)) {
        return false;
    }
    return !ready || ask_table(script, token, &facts, plan, err);
}

bool parallel_script_copy(ParallelScript *script, const SqlToken *token, SqlLexer *lexer,
                          bool *taken, Error *err)
{
    uint64_t line = token->line;
    CopyPlan plan;
    char *sql;
    bool ok;

    *taken = false;
    if (in_transaction(script)) {
        return true;
    }
    if (!make_plan(script, token, lexer, &plan, err)) {
        return false;
    }
    if (!plan.shared) {
        return wait_for_crew(script, err);
    }
    sql = strdup(token->text);
    if (sql == NULL) {
        return error_set_memory(err, "a statement");
    }
    ok = hand_out(script, sql, &plan, line, lexer, err);
    free(sql);
    script->leader->stats.statements += ok;
    *taken = ok;
    return ok;
}

/* ------------------------------------------------------------------------------------------ */

bool parallel_script_end(ParallelScript *script, bool ok, Error *err)
{
    Error first = {0};

    if (script == NULL) {
        return ok;
    }
    ok = ok && parallel_script_settle(script, err);
    if (!ok && script->crew != NULL) {
        queue_fail(script_crew_queue(script->crew), err); /* unless they failed before us */
    }
    script_crew_free(script->crew, ok ? NULL : &first);
    if (first.code != ERR_NONE) {
        *err = first;
    }
    script_jobs_free(&script->jobs);
    free(script);
    return ok;
}
