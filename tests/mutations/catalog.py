# SPDX-License-Identifier: Apache-2.0
"""The catalog's queries."""
from . import in_catalog

# ------------------------------------------------------------------------------------------------ the catalog's queries

in_catalog("acl", "privileges of columns are lost",
           "where c.relkind in ('r', 'p', 'v', 'm', 'f')\n       and not a.attisdropped",
           "where false and c.relkind in ('r', 'p', 'v', 'm', 'f')\n       and not a.attisdropped",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("acl", "the grant option is lost", "case when p.grantable then ' WITH GRANT OPTION' end", "''",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("acl", "who granted is forgotten", "p.grantor <> p.owner and not p.is_revoke as other", "false as other",
           "test_roundtrip.py::test_restore[torture_objects]")
in_catalog("acl", "what was revoked is granted", "not u.item = any (c.present)", "false",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("acl", "procedures are called functions", "case r.prokind when 'p' then 'PROCEDURE'",
           "case r.prokind when 'x' then 'PROCEDURE'", "test_roundtrip.py::test_restore[torture_objects]")
in_catalog("aggregate", "the initial value is lost", "'INITCOND = ' || quote_literal(a.agginitval)", "null",
           "test_roundtrip.py::test_restore[torture_objects]")
in_catalog("aggregate", "the sort operator is lost", "case when so.oid is not null", "case when false",
           "test_roundtrip.py::test_restore[torture_objects]")
in_catalog("aggregate", "the moving state's final function is lost", "'MFINALFUNC = ' || f.mfinal", "null",
           "test_roundtrip.py::test_restore[torture_objects]")
in_catalog("aggregate", "PARALLEL is lost", "case p.proparallel when 's' then 'PARALLEL = SAFE'",
           "case p.proparallel when 'x' then 'PARALLEL = SAFE'", "test_roundtrip.py::test_restore[torture_objects]")
in_catalog("aggregate", "a hypothetical-set aggregate is an ordinary one",
           "case when a.aggkind = 'h' then 'HYPOTHETICAL' end", "null",
           "test_roundtrip.py::test_restore[torture_objects]")
in_catalog("alias", "a view's query and a table's row type are no part of them", "where d.deptype in ('e', 'i')",
           "where d.deptype = 'e'", "test_roundtrip.py::test_restore[torture_objects]")
in_catalog("cast", "AS IMPLICIT is lost", "when 'i' then ' AS IMPLICIT'", "when 'x' then ''",
           "test_operators.py::test_what_pg_dump_leaves_out")
in_catalog("check_constraint", "checks that weren't validated are lost", "(not k.convalidated", "(false",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("collation", "a nondeterministic collation is deterministic", "case when not c.collisdeterministic",
           "case when false", "test_roundtrip.py::test_restore[torture_objects]")
in_catalog("comment", "comments on columns are comments on tables", "when i.type like '% column'",
           "when i.type like '%x column'", "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("comment", "a quote in a comment isn't doubled", "replace(description, '''', '''''')", "description",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("comment", "comments on domains' constraints name a table", "when i.type = 'domain constraint'",
           "when i.type = 'x'", "test_roundtrip.py::test_restore[torture_objects]")
in_catalog("constraint", "a constraint isn't deferred", "when k.condeferred then ' DEFERRABLE INITIALLY DEFERRED'",
           "when false then ''", "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("constraint", "CLUSTER is lost", "case when i.indisclustered", "case when false",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("constraint", "the replica identity is lost", "case when i.indisreplident", "case when false",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("constraint", "the index's parameters are lost", "' WITH (' || opt.text || ')'", "''",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("database", "the comment is lost", "join pg_shdescription c on (c.classoid, c.objoid) = ('pg_database'",
           "join pg_shdescription c on (c.classoid, c.objoid) = ('pg_class'",
           "test_roundtrip.py::test_create_brings_the_database_own_settings")
in_catalog("database", "who may connect is lost", "lateral unnest(d.datacl) with ordinality as u(item, ord)",
           "lateral unnest(acldefault('d', d.datdba)) with ordinality as u(item, ord)",
           "test_roundtrip.py::test_create_brings_the_database_own_settings")
in_catalog("default", "defaults that need other objects are lost", "(c.relkind = 'v'", "(false and c.relkind = 'v'",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("default_acl", "IN SCHEMA is lost", "' IN SCHEMA ' || quote_ident(n.nspname)", "''",
           "test_roundtrip.py::test_restore[torture_objects]")
in_catalog("default_acl", "--clean leaves default privileges as they are",
           "case when is_revoke then to_grant else to_revoke end", "case when is_revoke then to_revoke else to_grant end",
           "test_selection.py::test_clean_script")
in_catalog("depend", "nothing depends on anything", "where d.objid >= 16384", "where false and d.objid >= 16384",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("domain", "NOT NULL is lost", "case when t.typnotnull then", "case when false then",
           "test_roundtrip.py::test_restore[torture_objects]")
in_catalog("domain", "the default is lost", "' DEFAULT ' || coalesce(", "null || coalesce(",
           "test_roundtrip.py::test_restore[torture_objects]")
in_catalog("domain", "the collation is lost", "case when co.oid is not null", "case when false",
           "test_roundtrip.py::test_restore[torture_objects]")
in_catalog("domain", "checks are lost", "              ck.text,\n", "",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("domain_constraint", "checks that call functions are lost", "where c.contype = 'c'",
           "where false and c.contype = 'c'", "test_roundtrip.py::test_restore[torture_objects]")
in_catalog("extension", "extensions are lost", "where e.oid >= 16384", "where false and e.oid >= 16384",
           "test_roundtrip.py::test_restore[torture_objects]")
in_catalog("extension", "an extension's schema is lost", "n.nspname)\n           as create_sql",
           "'public')\n           as create_sql", "test_extensions.py::test_all_extensions[in schemas of their own]")
in_catalog("fk_constraint", "foreign keys are lost", "where k.contype = 'f' and k.conparentid = 0\n",
           "where false and k.contype = 'f' and k.conparentid = 0\n",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("function", "IMMUTABLE and STABLE are lost", "case p.provolatile when 'i'", "case p.provolatile when 'x'",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("function", "STRICT is lost", "case when p.proisstrict", "case when false",
           "test_roundtrip.py::test_restore[torture_objects]")
in_catalog("function", "SECURITY DEFINER is lost", "case when p.prosecdef", "case when false",
           "test_roundtrip.py::test_restore[torture_objects]")
in_catalog("function", "LEAKPROOF is lost", "case when p.proleakproof", "case when false",
           "test_roundtrip.py::test_restore[torture_objects]")
in_catalog("function", "COST is lost", "' COST ' || nullif(nullif(p.procost, 0),",
           "' COST ' || nullif(nullif(p.procost, p.procost),", "test_roundtrip.py::test_restore[torture_objects]")
in_catalog("function", "ROWS is lost", "case when p.proretset then ' ROWS '", "case when false then ' ROWS '",
           "test_roundtrip.py::test_restore[torture_objects]")
in_catalog("function", "SUPPORT is lost", "' SUPPORT ' || nullif(p.prosupport::text, '-')", "''",
           "test_roundtrip.py::test_restore[torture_objects]")
in_catalog("function", "settings are lost", "              settings.list,\n", "",
           "test_roundtrip.py::test_restore[torture_objects]")
in_catalog("function", "a body ends at its first $$", "case when strpos(p.prosrc, '$') = 0 then '$$'",
           "case when true then '$$'", "test_roundtrip.py::test_restore[torture_objects]")
in_catalog("function", "window functions are ordinary ones", "case when p.prokind = 'w' then ' WINDOW' end", "''",
           "test_roundtrip.py::test_restore[torture_objects]")
in_catalog("index", "a condition isn't seen", "i.indpred is null", "true",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("index", "parameters aren't seen", "c.reloptions is null", "true",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("index", "a partitioned table's is made on all partitions", "and c.relkind = 'i'", "and true",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("index", "DESC isn't seen", "and 0 = all (i.indoption::int2[])", "and true",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("index", "NULLS NOT DISTINCT isn't seen", "and not i.indnullsnotdistinct ", "and true ",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("index", "an operator class isn't seen", "and o.opcdefault", "and true",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("index", "a collation isn't seen", "and u.collid in (0, a.attcollation)", "and true",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("index", "an operator class's parameters aren't seen", "and own.attoptions is null", "and true",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("index", "UNIQUE is lost", "case when idx.indisunique then 'UNIQUE ' end", "null",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("index", "expressions and INCLUDE are left out", "having count(*) = idx.indnatts", "having true",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("index", "CLUSTER is lost", "case when idx.indisclustered", "case when false",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("index", "the replica identity is lost", "case when idx.indisreplident", "case when false",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("index", "statistics targets are lost", "              stat.text,\n", "",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("large_object", "the owner is lost", "m.oid, pg_get_userbyid(m.lomowner))", "m.oid, current_user)",
           "test_roundtrip.py::test_restore[torture_objects]")
in_catalog("matview", "WITH (…) is lost", "E'\\nWITH (' || options.list || ')'", "''",
           "test_roundtrip.py::test_restore[torture_objects]")
in_catalog("matview", "columns' settings are lost", "              columns.list,\n", "",
           "test_roundtrip.py::test_restore[torture_objects]")
in_catalog("matview_data", "matviews stay empty", "and c.relispopulated", "and false",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("policy", "RESTRICTIVE is lost", "case when not p.polpermissive", "case when false",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("policy", "WITH CHECK is lost", "' WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')'", "''",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("policy", "row security isn't enabled", "where t.relrowsecurity", "where false",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("rule", "ENABLE and DISABLE are lost", "case when r.ev_enabled <> 'O'", "case when false",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("schema", "public's owner is lost", "case when not p.is_public or p.is_moved then",
           "case when not p.is_public then", "test_roundtrip.py::test_restore[torture_objects]")
in_catalog("security_label", "labels on columns are labels on tables", "case when i.type like '% column'",
           "case when i.type like '%x column'", "test_security_labels.py::test_labels_come_back")
in_catalog("sequence", "CYCLE is lost", "case when s.seqcycle then ' CYCLE' end", "''",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("sequence", "the type is lost", "format_type(s.seqtypid, null)", "'bigint'",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("sequence", "CACHE is lost", "s.seqmax, s.seqcache)", "s.seqmax, 1)",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("sequence_owned_by", "sequences are nobody's", "where c.relkind = 'S'", "where false",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("sequence_set", "whether a value was called is lost", "split_part(v.word, ',', 2)", "'true'",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("sequence_set", "sequences can't be altered until the backup is done", "array[last_value ||",
           "array[coalesce(pg_catalog.pg_sequence_last_value(tableoid), last_value) ||",
           "test_parallel_backup.py::test_sequences_can_be_altered_meanwhile")
in_catalog("sequence_set", "the value is lost", "split_part(v.word, ',', 1)", "1",
           "test_roundtrip.py::test_restore[torture_relations]",
           "test_roundtrip.py::test_restore_into_empty_database[shop]",
           "test_roundtrip.py::test_second_generation_is_the_same[shop]")
in_catalog("statistics", "the statistics target is lost", "case when s.stxstattarget >= 0", "case when false",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("table", "UNLOGGED is lost", "case rel.relpersistence when 'u' then 'UNLOGGED ' end", "''",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("table", "OF type is lost", "case when rel.reloftype <> 0 then", "case when false then",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("table", "PARTITION BY is lost", "case rel.relkind when 'p' then", "case rel.relkind when 'x' then",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("table", "INHERITS is lost", "E'\\nINHERITS (' || parent.names || ')'", "''",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("table", "WITH (…) is lost", "E'\\nWITH (' || case when rel.reloptions",
           "null || case when rel.reloptions", "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("table", "the toast table's parameters are lost",
           "from unnest(toast.reloptions) with ordinality u(opt, i)",
           "from unnest(null::text[]) with ordinality u(opt, i)",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("table", "the replica identity is lost", "case when rel.relreplident in ('n', 'f')",
           "case when rel.relreplident in ('x')", "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("table", "FORCE ROW LEVEL SECURITY is lost", "case when rel.relforcerowsecurity", "case when false",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("table", "identity columns are ordinary ones", "              col_text.identities,\n", "",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("table", "BY DEFAULT is ALWAYS", "case attidentity when 'a' then 'ALWAYS' else 'BY DEFAULT' end",
           "'ALWAYS'", "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("table", "STORAGE is lost", "case when attstorage <> typstorage", "case when false",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("table", "COMPRESSION is lost", "case when attcompression <> ''", "case when false",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("table", "columns' statistics targets are lost", "case when attstattarget >= 0", "case when false",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("table", "columns' options are lost", "case when attoptions <> '{}'", "case when false",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("table", "generated columns have defaults", "when attgenerated = '' then ' DEFAULT ' || expression",
           "when true then ' DEFAULT ' || expression", "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("table", "a column's collation is lost", "format(' COLLATE %I.%I', n.nspname, l.collname)",
           "null", "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("table", "CHECK is lost", "concat_ws(E',\\n    ', col_text.definitions, check_text.definitions)",
           "concat_ws(E',\\n    ', col_text.definitions)", "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("table", "NOT NULL is lost", "case when not_null is null then ''", "case when true then ''",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("table", "a child takes over its parent's default", "when inherits_default then 'NULL'",
           "when false then 'NULL'", "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("table_attach", "partitions stand alone", "and c.relispartition\n", "and false\n",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("table_data", "generated columns are loaded", "and not a.attisdropped and a.attgenerated = ''",
           "and not a.attisdropped", "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("table_data", "dropped columns are read", "and not a.attisdropped and a.attgenerated = ''",
           "and a.attgenerated = ''", "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("table_data", "an extension's rows come in any order", " || before.deps as deps,", " as deps,",
           "test_extension_tables.py::test_rows_come_in_the_order_of_keys_and_add_to_the_extension_own")
in_catalog("table_data", "rows are loaded into partitions that may not hold them any more",
           "left join part on part.oid = tab.oid and part.is_unstable",
           "left join part on part.oid = tab.oid and false", "test_roundtrip.py::test_partitions_whose_rows_move")
in_catalog("trigger", "ENABLE and DISABLE are lost", "case when f.is_copy or f.tgenabled <> 'O'", "case when false",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("type_base", "a type's functions hold it", "DROP TYPE %1$s CASCADE;", "DROP TYPE %1$s;",
           "test_operators.py::test_clean_drops_a_type_with_its_functions")
in_catalog("type_composite", "attributes' collations are lost", "|| case when co.oid is null then ''",
           "|| case when true then ''", "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("type_enum", "labels are in alphabetical order", "order by v.enumsortorder", "order by v.enumlabel",
           "test_roundtrip.py::test_restore[torture_relations]")
in_catalog("type_range", "the canonical function is lost", "'canonical = ' || nullif(r.rngcanonical::text, '-')",
           "null", "test_roundtrip.py::test_restore[torture_objects]")
in_catalog("type_range", "the difference function is lost", "'subtype_diff = ' || nullif(r.rngsubdiff::text, '-')",
           "null", "test_roundtrip.py::test_restore[torture_objects]")
in_catalog("type_range", "the operator class is lost", "case when not oc.opcdefault", "case when false",
           "test_roundtrip.py::test_restore[torture_objects]")
in_catalog("type_range", "the multirange's name is lost",
           "'multirange_type_name = ' || format_type(r.rngmultitypid, null)", "null",
           "test_roundtrip.py::test_restore[torture_objects]")
in_catalog("view", "the check option is lost", "E'\\n  WITH ' || options.checked || ' CHECK OPTION'", "''",
           "test_roundtrip.py::test_restore[torture_objects]")
in_catalog("view", "security_barrier and its like are lost", "' WITH (' || options.list || ')'", "''",
           "test_roundtrip.py::test_restore[torture_objects]")

# ------------------------------------------------------------------------------------------ what extensions are made of

TORTURE = "test_roundtrip.py::test_restore[torture_operators]"
BEYOND = "test_operators.py::test_what_pg_dump_leaves_out"

in_catalog("access_method", "a table's access method is an index's", "when 't' then 'TABLE'", "when 'x' then 'TABLE'",
           TORTURE)
in_catalog("comment", "comments on transforms are spelled as identities", "when i.type = 'transform'",
           "when i.type = 'x'", TORTURE)
in_catalog("conversion", "DEFAULT is lost", "case when c.condefault then ' DEFAULT' end", "null", TORTURE)
in_catalog("depends_on_extension", "nothing depends on an extension", "where d.deptype = 'x'",
           "where d.deptype = '?'", TORTURE)
in_catalog("language", "a language isn't trusted", "case when l.lanpltrusted then ' TRUSTED' end", "null", TORTURE)
in_catalog("language", "the validator is lost", "' VALIDATOR ' || nullif", "null || nullif", TORTURE)
in_catalog("operator", "the negator is lost", "case when g.oid is not null", "case when false", TORTURE)
in_catalog("operator", "MERGES is lost", "case when o.oprcanmerge", "case when false", TORTURE)
in_catalog("operator", "shell operators keep their types from being dropped", "and s.oprcode = 0) shell",
           "and false) shell", "test_roundtrip.py::test_clean_restore_over_what_is_there[torture_operators]")
in_catalog("operator_class", "STORAGE is lost", "case when c.opckeytype <> 0", "case when false", TORTURE)
in_catalog("operator_class", "members are lost", "and d.deptype = 'i'\n    union all", "and false\n    union all",
           TORTURE)
in_catalog("operator_family", "loose members are lost", "'ALTER ' || w.target || E' ADD", "null || w.target || E' ADD",
           TORTURE)
in_catalog("operator_family_member", "members of others' families are lost", "where m.of_objid >= 16384",
           "where false", BEYOND)
in_catalog("text_search_configuration", "dictionaries come in another order", "order by m.mapseqno",
           "order by m.mapseqno desc", TORTURE)
in_catalog("text_search_dictionary", "the options are lost", "nullif(d.dictinitoption, '')", "null", TORTURE)
in_catalog("text_search_dictionary", "a dictionary that another names isn't found", "|| other.path ||", "|| null ||",
           BEYOND)
in_catalog("text_search_parser", "HEADLINE is lost", "'HEADLINE = ' || nullif", "null || nullif", TORTURE)
in_catalog("text_search_template", "INIT is lost", "'INIT = ' || nullif", "null || nullif", TORTURE)
in_catalog("transform", "TO SQL is lost", "'TO SQL WITH FUNCTION ' ||", "null ||", TORTURE)
in_catalog("type_base", "the typmod functions are lost", "'TYPMOD_IN = ' || nullif", "null || nullif", TORTURE)
in_catalog("type_base", "a drop takes along what the backup doesn't hold",
           "WHERE (d.classid, d.objid) NOT IN (SELECT * FROM loop)", "WHERE false",
           "test_operators.py::test_clean_drops_a_type_with_its_functions")
in_catalog("type_shell", "shells are lost", "and not t.typisdefined", "and t.typisdefined", TORTURE)
