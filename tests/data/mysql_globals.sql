-- What users, roles and privileges may look like on MariaDB and MySQL alike. First the databases that
-- privileges are on: whoever restores the globals needs them.
create database g1 character set latin1 collate latin1_german2_ci;
create database `g_2%`;
create database `g'q"u``o\te`;
create table g1.t (a int, `b c` int, d int);
create procedure g1.p() select 1;
create function g1.`f'` () returns int deterministic return 1;
create table `g_2%`.`T'x` (a int);
create table `g'q"u``o\te`.`t``1` (`c``1` int);

-- users
create user plain@localhost identified by 'x';
create user ''@'10.0.0.0/255.0.0.0';
create user ''@'%.example.com' identified by 'anonymous';
create user `o'b"a``c\s l`@`%.exa_mple.com` identified by 'pässw\'ord'
    require subject '/C=x/CN=a''b\\c"d' and issuer '/CN=i\'s' and cipher 'AES128-SHA'
    with max_queries_per_hour 3 max_updates_per_hour 4 max_connections_per_hour 5 max_user_connections 2
    password expire interval 30 day account lock;
create user `ü@ñ`@`192.168.%` require issuer '/CN=only';
create user x509 identified by 'q' require x509 password expire never;
create user `with ssl` require ssl password expire;
create user locked@'::1' identified by 'y' account lock;
create user `on to with grant option`@localhost;

grant all on *.* to plain@localhost with grant option;
grant select, file on *.* to x509;
grant usage on *.* to `with ssl` with grant option;
grant all on `g\_2\%`.* to x509;
grant select, insert on `g%`.* to x509 with grant option;
grant select on `nowhere`.* to x509;
grant select on `g'q"u``o\te`.* to `o'b"a``c\s l`@`%.exa_mple.com`;
grant select (a, `b c`), insert (d), update on g1.t to x509;
grant select on `g_2%`.`T'x` to `ü@ñ`@`192.168.%` with grant option;
grant references (`c``1`) on `g'q"u``o\te`.`t``1` to ''@'%.example.com';
grant create, select on g1.not_yet to x509;
grant execute on procedure g1.p to `on to with grant option`@localhost;
grant execute, alter routine on function g1.`f'` to x509 with grant option;
grant proxy on `with ssl` to x509;
grant proxy on ''@'%' to plain@localhost with grant option;
grant proxy on `o'b"a``c\s l`@`%.exa_mple.com` to `ü@ñ`@`192.168.%`;
-- It outlives what it is on.
create table g1.gone (a int);
grant select on g1.gone to x509;
drop table g1.gone;

create server `s'1` foreign data wrapper mysql options (host '1.2.3.4', user 'u''x', password 'p"w', database 'd', port 3307);
create server s2 foreign data wrapper mysql options (socket '/x/y', owner 'somebody');
