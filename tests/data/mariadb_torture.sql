-- SPDX-License-Identifier: Apache-2.0
-- What MariaDB has beyond mysql_torture.sql, after which it comes.
SET NAMES utf8mb4;
CREATE SEQUENCE sq START WITH 5 INCREMENT BY 3 CACHE 10;
CREATE SEQUENCE sq_cycle MINVALUE -5 MAXVALUE 5 CYCLE NOCACHE;
DO nextval(sq), nextval(sq_cycle);
CREATE TABLE of_sequence (a int, dflt int DEFAULT (nextval(sq)), inv int INVISIBLE DEFAULT (nextval(sq)));
INSERT INTO of_sequence (a) VALUES (1),(2); INSERT INTO of_sequence (a,dflt) VALUES (5,3);
CREATE TABLE addresses (i4 inet4, i6 inet6, u uuid);
INSERT INTO addresses VALUES ('1.2.3.4','::1','123e4567-e89b-12d3-a456-426655440000'),('0.0.0.0','::ffff:1.2.3.4',NULL);
CREATE TABLE sv (a int PRIMARY KEY, b int) WITH SYSTEM VERSIONING;
INSERT INTO sv VALUES (1,1),(2,2); UPDATE sv SET b=3 WHERE a=1;
CREATE TABLE per (a int, ds date, de date, PERIOD FOR app(ds,de), UNIQUE KEY (a, app WITHOUT OVERLAPS));
INSERT INTO per VALUES (1,'2020-01-01','2021-01-01');
CREATE TABLE uhash (b blob, UNIQUE KEY ub (b));
INSERT INTO uhash VALUES ('x'),(REPEAT('y',60000));
SET @m=@@sql_mode;
DELIMITER ;;
SET sql_mode='ORACLE';;
CREATE PACKAGE pk AS FUNCTION f RETURN int; PROCEDURE p; END;;
CREATE PACKAGE BODY pk AS FUNCTION f RETURN int AS BEGIN RETURN 1; END; PROCEDURE p AS BEGIN SELECT 1; END; END;;
DELIMITER ;
SET sql_mode=@m;
