# SPDX-License-Identifier: Apache-2.0
"""The rows of those tables that an extension names as its configuration.

No extension of Debian's has such tables, and none can be installed without touching the system. So tables of our own
are made members of one, in the database that is backed up and in the one that is restored into, as its CREATE EXTENSION
would have done.
"""
EXTENSION = """
    create extension hstore;
    create schema cfg;
    create table cfg.z_color (id int primary key, name text, is_builtin bool not null default false,
                              upper text generated always as (upper(name)) stored);
    create table cfg.a_paint (id int primary key, color int not null references cfg.z_color, mixed_of int
                              references cfg.a_paint);
    create table cfg.m_egg (id int primary key, hen int);
    create table cfg.n_hen (id int primary key, egg int references cfg.m_egg);
    alter table cfg.m_egg add foreign key (hen) references cfg.n_hen;
    create table cfg.private (id int);
    create sequence cfg.counter;
    alter extension hstore add schema cfg;
    alter extension hstore add table cfg.z_color;
    alter extension hstore add table cfg.a_paint;
    alter extension hstore add table cfg.m_egg;
    alter extension hstore add table cfg.n_hen;
    alter extension hstore add table cfg.private;
    alter extension hstore add sequence cfg.counter;
    set allow_system_table_mods = on;
    update pg_extension
       set extconfig = array['cfg.a_paint', 'cfg.z_color', 'cfg.n_hen', 'cfg.m_egg', 'cfg.counter']::regclass[]::oid[],
           extcondition = array['', 'where not is_builtin', '', '', '']
     where extname = 'hstore';
    insert into cfg.z_color values (1, 'red', true), (2, 'blue', true);
    insert into cfg.private values (1);
"""
ROWS = """
    select (select json_agg(c order by id) from cfg.z_color c), (select json_agg(p order by id) from cfg.a_paint p),
           (select count(*) from cfg.m_egg), (select json_agg(h) from cfg.n_hen h), (select count(*) from cfg.private),
           (select last_value from cfg.counter)
"""


def test_rows_come_in_the_order_of_keys_and_add_to_the_extension_own(pg, dbbackup):
    source = pg.create_db(sql=EXTENSION)
    pg.psql("""
        insert into cfg.z_color values (10, 'own', false), (11, 'also own', false);
        insert into cfg.a_paint values (1, 10, null), (2, 1, 1);
        insert into cfg.n_hen values (5, null);
        insert into cfg.private values (2), (3);
        select setval('cfg.counter', 77);
    """, db=source)
    expected = pg.psql(ROWS, db=source)
    assert "also own" in expected
    target = pg.create_db(sql=EXTENSION)
    file = dbbackup.backup(source)
    dbbackup("restore", file, f"--database={target}", "--confirm").ok()
    # `private` isn't configuration: its rows are the extension's, three there and one here.
    assert pg.psql(ROWS, db=target) == expected.replace("|3|77", "|1|77")
    pg.drop_db(source)
    pg.drop_db(target)
