-- What only MySQL has of them: dynamic privileges, partial revokes, roles that are users, attributes.
create user attributes@localhost identified by 'x' comment 'it''s a \\ c"omment';
create user json@localhost attribute '{"a": "b''c\\\\d", "n": [1, 2]}';
create user sha256 identified with sha256_password by 'pass' password history 3 password reuse interval 4 day
    password require current failed_login_attempts 3 password_lock_time 4;
create user careful password require current optional failed_login_attempts 2 password_lock_time unbounded;
create role r1, r2, `r'3`@h, empty_role;
grant r1 to r2;
grant r1 to plain@localhost with admin option;
grant r2, `r'3`@h to x509;
set default role r2 to x509;
set default role all to plain@localhost;
grant r1, r2, empty_role to json@localhost;
set default role r1, r2 to json@localhost;
grant backup_admin, xa_recover_admin on *.* to x509;
grant system_variables_admin on *.* to x509 with grant option;
grant select on `g_2%`.`T'x` to r1 with grant option;
grant execute on procedure g1.p to r1;
revoke select, insert on `g_2%`.* from plain@localhost;
revoke select on `g'q"u``o\te`.* from x509;
create tablespace ts1 add datafile 'ts1.ibd';
create tablespace `t's` add datafile 'dir_t.ibd' file_block_size = 8192 autoextend_size = 4194304;
