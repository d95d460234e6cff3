-- SPDX-License-Identifier: Apache-2.0
-- A MariaDB database in which everything is unusual: each type at its limits and in odd character sets, each kind of
-- object, names that look like SQL. For the mariadb client; its own sql_mode is the server's default.
SET NAMES utf8mb4;
CREATE SEQUENCE sq START WITH 5 INCREMENT BY 3 CACHE 10;
CREATE SEQUENCE sq_cycle MINVALUE -5 MAXVALUE 5 CYCLE NOCACHE;
DO nextval(sq), nextval(sq_cycle);
CREATE TABLE numbers (
  id int unsigned NOT NULL AUTO_INCREMENT, t tinyint, tu tinyint unsigned zerofill, s smallint, m mediumint, b bigint, bu bigint unsigned,
  d decimal(65,30), d2 decimal(10,0), f float, f2 float(7,4), db double, db2 double(12,3), b1 bit(1), b64 bit(64), y year, PRIMARY KEY (id)) COMMENT='it''s "a" `comment`\nof two lines';
INSERT INTO numbers VALUES (1,-128,255,-32768,-8388608,-9223372036854775808,18446744073709551615,12345678901234567890123456789012345.123456789012345678901234567890,-1,16777216,3.1416,1.7976931348623157e308,123456789.123,b'1',b'1111111111111111111111111111111111111111111111111111111111111111',2155);
INSERT INTO numbers VALUES (NULL,127,0,32767,8388607,9223372036854775807,0,-0.5,0,'-0','-0','-0',-0.001,b'0',b'0',0);
INSERT INTO numbers VALUES (NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,3.402823466e38,NULL,2.2250738585072014e-308,NULL,NULL,NULL,1901);
INSERT INTO numbers (f,db) VALUES (0.1,0.1),(1e-40,5e-324),(1234567.9,0.30000000000000004),(33554431,1e22);
SET @m=@@sql_mode; SET sql_mode='NO_AUTO_VALUE_ON_ZERO'; INSERT INTO numbers (id,t) VALUES (0,0); SET sql_mode=@m;
CREATE TABLE times (d date, t time, t6 time(6), dt datetime, dt6 datetime(6), ts timestamp NULL, ts6 timestamp(6) NOT NULL DEFAULT current_timestamp(6) ON UPDATE current_timestamp(6), KEY (d));
SET sql_mode='ALLOW_INVALID_DATES';
INSERT INTO times VALUES ('0000-00-00','-838:59:59','838:59:58.999999','0000-00-00 00:00:00','9999-12-31 23:59:59.999999','1970-01-01 12:00:01','2038-01-01 00:00:00.123456'),('2024-02-00','00:00:00','-00:00:00.000001','2024-02-31 00:00:00',NULL,NULL,'2020-01-01 00:00:00'),('0000-01-01',NULL,NULL,NULL,NULL,'0000-00-00 00:00:00','0000-00-00 00:00:00');
SET sql_mode=@m;
CREATE TABLE texts (id int PRIMARY KEY, c char(10), v varchar(200), t text, lt longtext, l1 varchar(100) CHARACTER SET latin1, cp varchar(100) CHARACTER SET cp932, u16 varchar(100) CHARACTER SET utf16, u32 varchar(10) CHARACTER SET utf32, uc varchar(10) CHARACTER SET ucs2, swe varchar(10) CHARACTER SET swe7, u3 varchar(100) CHARACTER SET utf8mb3, gb varchar(100) CHARACTER SET gbk, sj varchar(10) CHARACTER SET sjis, bg varchar(10) CHARACTER SET big5,
  bin binary(5), vb varbinary(300), bl blob, e enum('a','b','','it''s','é'), st set('x','y','z w'), j json, i4 inet4, i6 inet6, u uuid, g geometry, p point) DEFAULT CHARSET=utf8mb4;
INSERT INTO texts VALUES (1,'a','it''s \\ "q" `b`\n\r\t\0\Z end','héllo 😀','',_latin1 X'80E9FF81','日本','é',X'0001F600','é','Å','é','中','表','表','',X'0001',X'00FF27220A0D5C1A','a','x,z w','{"a": [1, 2.50, "é\\n"]}','1.2.3.4','::1','123e4567-e89b-12d3-a456-426655440000',ST_GeomFromText('POLYGON((0 0,1 0,1 1,0 0))',4326),POINT(1,2)),
(2,NULL,NULL,NULL,NULL,NULL,_cp932 X'81CA',NULL,NULL,NULL,NULL,NULL,NULL,_sjis X'815F',NULL,NULL,NULL,NULL,'',NULL,NULL,NULL,NULL,NULL,NULL,NULL),
(3,' pad ',' trail  ','\\','\'',' ',_cp932 X'FA54','',NULL,NULL,NULL,NULL,_gbk X'8161',NULL,NULL,X'2020','x','  ','é','',NULL,NULL,NULL,NULL,NULL,NULL);
SET sql_mode=''; INSERT INTO texts (id,e) VALUES (4,'nope'); SET sql_mode=@m;
CREATE TABLE gen (a int, b int GENERATED ALWAYS AS (a*2) VIRTUAL, c int AS (a+1) STORED, inv int INVISIBLE DEFAULT 7, dflt int DEFAULT (nextval(sq)), d varchar(20) DEFAULT (concat('a`','b')), KEY kb (b), UNIQUE KEY uc (c), CONSTRAINT ck CHECK (a < 1000));
INSERT INTO gen (a) VALUES (1),(2); INSERT INTO gen (a,inv,dflt) VALUES (5,NULL,3);
CREATE TABLE `we``ird "name` (`a b` int, `sel``ect` varchar(10) COMMENT 'c''om', `,(x` int, PRIMARY KEY (`a b`), KEY `k ,
y` (`sel``ect`), UNIQUE KEY `u)` (`,(x`));
INSERT INTO `we``ird "name` VALUES (1,'x',NULL),(2,NULL,5);
CREATE TABLE parent (id int PRIMARY KEY, other int, KEY (other)) ENGINE=InnoDB;
CREATE TABLE child (id int AUTO_INCREMENT, pid int, txt text, KEY pk (pid), KEY idk (id), FULLTEXT KEY ft (txt), CONSTRAINT fk1 FOREIGN KEY (pid) REFERENCES parent (id) ON DELETE CASCADE ON UPDATE SET NULL) AUTO_INCREMENT=100;
ALTER TABLE parent ADD CONSTRAINT back FOREIGN KEY (other) REFERENCES child (id);
INSERT INTO parent VALUES (1,NULL),(2,NULL); INSERT INTO child (pid,txt) VALUES (1,'some text'),(NULL,'x'); UPDATE parent SET other=100 WHERE id=1;
CREATE TABLE parts (id int, d date, PRIMARY KEY (id,d), KEY dd (d)) PARTITION BY RANGE (year(d)) (PARTITION p0 VALUES LESS THAN (2000) COMMENT='x', PARTITION p1 VALUES LESS THAN MAXVALUE);
INSERT INTO parts VALUES (1,'1999-01-01'),(2,'2020-01-01');
CREATE TABLE sv (a int PRIMARY KEY, b int) WITH SYSTEM VERSIONING;
INSERT INTO sv VALUES (1,1),(2,2); UPDATE sv SET b=3 WHERE a=1;
CREATE TABLE per (a int, ds date, de date, PERIOD FOR app(ds,de), UNIQUE KEY (a, app WITHOUT OVERLAPS));
INSERT INTO per VALUES (1,'2020-01-01','2021-01-01');
CREATE TABLE myi (id int AUTO_INCREMENT PRIMARY KEY, g point NOT NULL, SPATIAL KEY sp (g)) ENGINE=MyISAM;
INSERT INTO myi (g) VALUES (POINT(1,1)),(POINT(2,2));
CREATE TABLE uhash (b blob, UNIQUE KEY ub (b));
INSERT INTO uhash VALUES ('x'),(REPEAT('y',60000));
CREATE TABLE empty_t (a int);
CREATE TABLE onlygen (a int AS (1));
INSERT INTO onlygen VALUES (),();
CREATE TABLE ltext (a varchar(20) CHARACTER SET latin1 COLLATE latin1_german1_ci DEFAULT 'ä', KEY (a DESC) COMMENT 'idx') DEFAULT CHARSET=latin1 ROW_FORMAT=DYNAMIC;
INSERT INTO ltext VALUES ('straße');
CREATE FUNCTION f1(x int) RETURNS int DETERMINISTIC RETURN x+1;
CREATE VIEW zv AS SELECT id, f1(t) AS ft FROM numbers;
CREATE VIEW av AS SELECT * FROM zv WHERE id > 1 WITH CHECK OPTION;
CREATE ALGORITHM=MERGE DEFINER=`nobody`@`%` SQL SECURITY INVOKER VIEW dv AS SELECT 'é''' AS `quo``te`, a.* FROM parent a;
DELIMITER ;;
CREATE PROCEDURE p1(IN a int, OUT b int) COMMENT 'c;c' BEGIN DECLARE x int; SET b = a; /* ; */ SELECT 'x;;'';' INTO @z; -- c ; 
 IF a > 0 THEN SELECT 1; END IF; END;;
CREATE TRIGGER tr2 BEFORE INSERT ON parent FOR EACH ROW BEGIN SET @x = 1; END;;
CREATE TRIGGER tr1 BEFORE INSERT ON parent FOR EACH ROW SET @y = 'é';;
CREATE TRIGGER tr0 BEFORE INSERT ON parent FOR EACH ROW PRECEDES tr1 SET @y = 2;;
SET sql_mode='ORACLE';;
CREATE PACKAGE pk AS FUNCTION f RETURN int; PROCEDURE p; END;;
CREATE PACKAGE BODY pk AS FUNCTION f RETURN int AS BEGIN RETURN 1; END; PROCEDURE p AS BEGIN SELECT 1; END; END;;
SET sql_mode='ANSI_QUOTES,NO_BACKSLASH_ESCAPES';;
CREATE PROCEDURE "p q"() SELECT 'a\', "a" FROM (SELECT 1 AS "a") t;;
SET sql_mode=@m;;
SET time_zone='+02:00';;
CREATE EVENT ev ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01 00:00:00' ON COMPLETION PRESERVE DISABLE COMMENT 'e''v' DO BEGIN SELECT 1; SELECT 2; END;;
DELIMITER ;
SET NAMES latin1;
CREATE PROCEDURE plat() SELECT 'Ã©';
