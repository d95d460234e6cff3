# SPDX-License-Identifier: Apache-2.0
"""What a database holds, read in another way than the program's own queries do: the rows of the server's catalogs as
they are, and what the server says of them. So a feature that nobody has thought of shows up, too.

look(server, db) is a sorted list of lines; two databases on one server hold the same if their lists are the same.
"""
import json
import re

# Catalog, what names a row of it (oid: whatever pg_identify_object says), and which rows count.
OBJECT = "pg_identify_object('{0}'::regclass, c.oid, 0)"
CATALOGS = [
    ("pg_am", "oid", "true"),
    ("pg_cast", "oid", "true"),
    ("pg_class", "oid", "c.relkind <> 't' and c.relnamespace <> 'pg_toast'::regnamespace"),
    ("pg_collation", "oid", "true"),
    ("pg_constraint", "oid", "true"),
    ("pg_conversion", "oid", "true"),
    ("pg_default_acl", "oid", "true"),
    ("pg_event_trigger", "oid", "true"),
    ("pg_extension", "oid", "true"),
    ("pg_foreign_data_wrapper", "oid", "true"),
    ("pg_foreign_server", "oid", "true"),
    ("pg_language", "oid", "true"),
    ("pg_namespace", "oid", "true"),
    ("pg_opclass", "oid", "true"),
    ("pg_operator", "oid", "true"),
    ("pg_opfamily", "oid", "true"),
    ("pg_policy", "oid", "true"),
    ("pg_proc", "oid", "true"),
    ("pg_publication", "oid", "true"),
    ("pg_publication_namespace", "oid", "true"),
    ("pg_publication_rel", "oid", "true"),
    ("pg_rewrite", "oid", "true"),
    ("pg_statistic_ext", "oid", "true"),
    ("pg_transform", "oid", "true"),
    ("pg_trigger", "oid", "true"),
    ("pg_ts_config", "oid", "true"),
    ("pg_ts_dict", "oid", "true"),
    ("pg_ts_parser", "oid", "true"),
    ("pg_ts_template", "oid", "true"),
    ("pg_type", "oid", "c.typnamespace <> 'pg_toast'::regnamespace"),
    ("pg_user_mapping", "oid", "true"),
    ("pg_subscription", "c.subname", "c.subdbid = (select oid from pg_database where datname = current_database())"),
    ("pg_aggregate", "c.aggfnoid::regprocedure", "c.aggfnoid::oid >= 16384"),
    ("pg_attribute", "c.attrelid::regclass || '.' || c.attname",
     "c.attrelid >= 16384 and c.attnum > 0 and not c.attisdropped and c.attrelid not in "
     "(select oid from pg_class where relnamespace = 'pg_toast'::regnamespace)"),
    ("pg_enum", "format_type(c.enumtypid, null) || ' ' || c.enumlabel", "c.oid >= 16384"),
    ("pg_foreign_table", "c.ftrelid::regclass", "true"),
    ("pg_index", "c.indexrelid::regclass", "c.indrelid >= 16384 and c.indrelid not in "
     "(select oid from pg_class where relnamespace = 'pg_toast'::regnamespace)"),
    ("pg_inherits", "c.inhrelid::regclass || ' ' || c.inhparent::regclass", "true"),
    ("pg_init_privs", "pg_describe_object(c.classoid, c.objoid, c.objsubid)", "true"),
    ("pg_partitioned_table", "c.partrelid::regclass", "true"),
    ("pg_range", "format_type(c.rngtypid, null)", "c.rngtypid >= 16384"),
    ("pg_sequence", "c.seqrelid::regclass", "true"),
    ("pg_ts_config_map", "(select cfgname from pg_ts_config f where f.oid = c.mapcfg) || ' ' || c.maptokentype || "
     "' ' || c.mapseqno || ' ' || c.mapdict::regdictionary", "c.mapcfg >= 16384"),
    ("pg_largeobject_metadata", "c.oid", "true"),
    ("pg_largeobject", "c.loid || ' ' || c.pageno", "true"),
    ("pg_description", "pg_describe_object(c.classoid, c.objoid, c.objsubid)", "c.objoid >= 16384"),
    ("pg_db_role_setting", "c.setrole::regrole",
     "c.setdatabase = (select oid from pg_database where datname = current_database())"),
]
# These differ between two databases that hold the same; references are in pg_depend, and in what the server says.
# An attached partition's key counts as not inheritable, and CREATE COLLATION … FROM knows its encoding otherwise.
PHYSICAL = {"connoinherit", "collencoding", "relpages", "reltuples", "relallvisible", "relallfrozen", "relnatts", "attnum",
            "attcacheoff", "atthasmissing", "attmissingval", "enumsortorder", "indcheckxmin", "umid"}
TYPES = ("oid", "oid[]", "oidvector", "int2vector", "smallint[]", "xid", "pg_node_tree")

# What the server says: the kind, and a query of names and texts.
SAYINGS = [
    ("owner", "select pg_describe_object(classid, objid, objsubid), concat(pg_get_userbyid(refobjid), ' ', deptype) "
              "from pg_shdepend where dbid = (select oid from pg_database where datname = current_database()) "
              "and refclassid = 'pg_authid'::regclass and classid <> 'pg_subscription'::regclass"),
    ("attribute", "select attrelid::regclass || '.' || attname, concat(format_type(atttypid, atttypmod), ' ', (select "
                  "collname from pg_collation l where l.oid = attcollation)) from pg_attribute where attrelid >= 16384 and attnum > 0 "
                  "and not attisdropped and attrelid::regclass::text !~ '^pg_toast'"),
    ("default", "select adrelid::regclass || '.' || attname, pg_get_expr(adbin, adrelid) from pg_attrdef "
                "join pg_attribute on attrelid = adrelid and attnum = adnum"),
    ("constraint", "select coalesce(nullif(conrelid, 0)::regclass::text, format_type(contypid, null)) || ' ' || conname, "
                   "pg_get_constraintdef(oid) from pg_constraint where oid >= 16384"),
    ("index", "select indexrelid::regclass, pg_get_indexdef(indexrelid) from pg_index where indrelid >= 16384 "
              "and indrelid::regclass::text !~ '^pg_toast'"),
    ("trigger", "select tgrelid::regclass || ' ' || tgname, pg_get_triggerdef(oid) from pg_trigger where not tgisinternal"),
    ("view", "select oid::regclass, pg_get_viewdef(oid) from pg_class where relkind in ('v', 'm') and oid >= 16384"),
    ("rule", "select ev_class::regclass || ' ' || rulename, pg_get_ruledef(oid) from pg_rewrite where oid >= 16384 "
             "and rulename <> '_RETURN'"),
    ("function", "select oid::regprocedure, pg_get_functiondef(oid) from pg_proc where oid >= 16384 and prokind <> 'a'"),
    ("statistics", "select stxname, pg_get_statisticsobjdef(oid) from pg_statistic_ext"),
    ("partition", "select oid::regclass, coalesce(pg_get_partkeydef(oid), '') || ' ' || "
                  "coalesce(pg_get_expr(relpartbound, oid), '') from pg_class where relispartition or relkind = 'p'"),
    ("policy", "select polrelid::regclass || ' ' || polname, concat(pg_get_expr(polqual, polrelid), ' / ', "
               "pg_get_expr(polwithcheck, polrelid), ' / ', (select string_agg(pg_get_userbyid(r), ', ') from "
               "unnest(polroles) r)) from pg_policy"),
    ("mapping", "select srvname || ' ' || usename, umoptions from pg_user_mappings"),
    ("sequence", "select schemaname || '.' || sequencename, concat(data_type, ' ', last_value) from pg_sequences"),
]


def _sql(server, db, sql):
    return server.psql("set search_path = ''; set extra_float_digits = 3;" + sql, db=db).split("\n")


def _catalog_query(columns, catalog, name, condition):
    removed = [column for column, of_type in columns if of_type in TYPES or column in PHYSICAL]
    key = name
    if name == "oid":
        key, condition = f"({OBJECT.format(catalog)}).identity", f"c.oid >= 16384 and ({condition})"
    shown = f"to_jsonb(c) - array[{', '.join(repr(column) for column in removed)}]::text[]"
    return f"select json_build_array('{catalog}', {key}, {shown}) from {catalog} c where {condition};"


def look(server, db):
    kinds = {}
    for line in _sql(server, db, "select attrelid::regclass, attname, format_type(atttypid, null) from pg_attribute "
                     "where attrelid < 16384 and attnum > 0 and not attisdropped"):
        catalog, column, of_type = line.split("|")
        kinds.setdefault(catalog, []).append((column, of_type))
    queries = [_catalog_query(kinds[catalog], catalog, name, condition)
               for catalog, name, condition in CATALOGS if catalog in kinds]
    queries += [f"select json_build_array('{kind}', name, text) from ({query}) as q(name, text);"
                for kind, query in SAYINGS]
    queries.append("""
        select json_build_array('depend', a.identity, d.deptype, b.type, b.identity)
          from pg_depend d
         cross join lateral pg_identify_object(d.classid, d.objid, d.objsubid) a
         cross join lateral pg_identify_object(d.refclassid, d.refobjid, d.refobjsubid) b
         where d.deptype <> 'p' and d.objid >= 16384 and a.schema is distinct from 'pg_toast';""")
    queries.append(r"""
        select format('select json_build_array(''rows'', %L, count(*), md5(string_agg(t::text, '';'' order by t::text)))
                         from only %s t', oid::regclass, oid::regclass)
          from pg_class where relkind in ('r', 'm') and oid >= 16384 and relispopulated
           and relname !~ '^by_mood_' -- which partition a row is in depends on the oids of an enum
         union all
        select 'select json_build_array(''rows'', ''app.by_mood'', count(*)) from app.by_mood' \gexec""")
    lines = [line for query in queries for line in _sql(server, db, query) if line]
    return sorted(_canonical(line) for line in lines)


def _canonical(line):
    fields = json.loads(line)
    text = json.dumps(fields, ensure_ascii=False, sort_keys=True)
    # The triggers behind constraints are named after oids.
    return re.sub(r"(ConstraintTrigger_(?:\w_)?|pg_toast_)\d+", r"\1N", text)
