-- SPDX-License-Identifier: Apache-2.0
-- A database in which everything is unusual: each type at its limits and in odd character sets, each kind of object,
-- names that look like SQL. What MySQL and MariaDB both know; mysql_9.sql, mariadb_torture.sql and mariadb_11.sql add what
-- only one of them does. For the stock client; the sql_mode is the server's default.
SET NAMES utf8mb4;
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
  bin binary(5), vb varbinary(300), bl blob, e enum('a','b','','it''s','é'), st set('x','y','z w'), j json, g geometry, p point) DEFAULT CHARSET=utf8mb4;
INSERT INTO texts VALUES (1,'a','it''s \\ "q" `b`\n\r\t\0\Z end','héllo 😀','',_latin1 X'80E9FF81','日本','é',X'0001F600','é','Å','é','中','表','表','',X'0001',X'00FF27220A0D5C1A','a','x,z w','{"a": [1, 2.50, "é\\n"]}',ST_GeomFromText('POLYGON((0 0,1 0,1 1,0 0))',4326),POINT(1,2)),
(2,NULL,NULL,NULL,NULL,NULL,_cp932 X'81CA',NULL,NULL,NULL,NULL,NULL,NULL,_sjis X'815F',NULL,NULL,NULL,NULL,'',NULL,NULL,NULL,NULL),
(3,' pad ',' trail  ','\\','\'',' ',_cp932 X'FA54','',NULL,NULL,NULL,NULL,_gbk X'8161',NULL,NULL,X'2020','x','  ','é','',NULL,NULL,NULL);
SET sql_mode=''; INSERT INTO texts (id,e) VALUES (4,'nope'); SET sql_mode=@m;
CREATE TABLE gen (a int, b int GENERATED ALWAYS AS (a*2) VIRTUAL, c int AS (a+1) STORED, inv int INVISIBLE DEFAULT 7, dflt int DEFAULT (length('ab') * 21), d varchar(20) DEFAULT (concat('a`','b')), KEY kb (b), UNIQUE KEY uc (c), CONSTRAINT ck CHECK (a < 1000));
INSERT INTO gen (a) VALUES (1),(2); INSERT INTO gen (a,inv,dflt) VALUES (5,NULL,3);
CREATE TABLE `we``ird "name` (`a b` int, `sel``ect` varchar(10) COMMENT 'c''om', `,(x` int, PRIMARY KEY (`a b`), KEY `k ,
y` (`sel``ect`), UNIQUE KEY `u)` (`,(x`));
INSERT INTO `we``ird "name` VALUES (1,'x',NULL),(2,NULL,5);
CREATE TABLE parent (id int PRIMARY KEY, other int, KEY (other)) ENGINE=InnoDB;
CREATE TABLE child (id int AUTO_INCREMENT, pid int, txt text, KEY pk (pid), UNIQUE KEY idk (id), FULLTEXT KEY ft (txt), CONSTRAINT fk1 FOREIGN KEY (pid) REFERENCES parent (id) ON DELETE CASCADE ON UPDATE SET NULL) AUTO_INCREMENT=100;
ALTER TABLE parent ADD CONSTRAINT back FOREIGN KEY (other) REFERENCES child (id);
INSERT INTO parent VALUES (1,NULL),(2,NULL); INSERT INTO child (pid,txt) VALUES (1,'some text'),(NULL,'x'); UPDATE parent SET other=100 WHERE id=1;
CREATE TABLE parts (id int, d date, PRIMARY KEY (id,d), KEY dd (d)) PARTITION BY RANGE (year(d)) (PARTITION p0 VALUES LESS THAN (2000) COMMENT='x', PARTITION p1 VALUES LESS THAN MAXVALUE);
INSERT INTO parts VALUES (1,'1999-01-01'),(2,'2020-01-01');
CREATE TABLE myi (id int AUTO_INCREMENT PRIMARY KEY, g point NOT NULL, SPATIAL KEY sp (g)) ENGINE=MyISAM;
INSERT INTO myi (g) VALUES (POINT(1,1)),(POINT(2,2));
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
SET sql_mode='ANSI_QUOTES,NO_BACKSLASH_ESCAPES';;
CREATE PROCEDURE "p q"() SELECT 'a\', "a" FROM (SELECT 1 AS "a") t;;
SET sql_mode=@m;;
SET time_zone='+02:00';;
CREATE EVENT ev ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01 00:00:00' ON COMPLETION PRESERVE DISABLE COMMENT 'e''v' DO BEGIN SELECT 1; SELECT 2; END;;
DELIMITER ;
SET NAMES latin1;
CREATE PROCEDURE plat() SELECT 'Ã©';
SET NAMES utf8mb4;
SET time_zone=@@global.time_zone;
CREATE TABLE `-- c; 'it''s' \ %s #/*!` (`;` int, `DELIMITER ;;` varchar(9) DEFAULT ';' COMMENT '*/ -- ', `\` int, `%d"` int, KEY `'` (`\`), CONSTRAINT `ck ``;` CHECK (`%d"` <> 3)) COMMENT='COMMIT;\n-- dbbackup index 1\n';
INSERT INTO `-- c; 'it''s' \ %s #/*!` VALUES (1,';',2,5),(2,'-- x',NULL,NULL),(3,'),\n(',NULL,NULL),(4,'\\''',1,1);
CREATE TABLE `Größe_日本_абвгдежзийклмнопрстуфхцчшщъыьэюя_01234567890123456789` (`ключ_с_очень_длинным_именем_которое_занимает_64_символа_вот_так_` int PRIMARY KEY, `naïve` text);
INSERT INTO `Größe_日本_абвгдежзийклмнопрстуфхцчшщъыьэюя_01234567890123456789` VALUES (1,'ок'),(-2147483648,NULL);
CREATE TABLE big (id int PRIMARY KEY, t longtext, b longblob);
INSERT INTO big VALUES (1,repeat('a\\''\n',400000),repeat(X'00FF275C0A',300000)),(2,'',''),(3,NULL,NULL);
CREATE TABLE strings (k varchar(50) COLLATE utf8mb4_bin PRIMARY KEY, tt tinytext, mt mediumtext, tb tinyblob, mb mediumblob, cb char(3) CHARACTER SET binary, n3 char(4) CHARACTER SET utf8mb3 COLLATE utf8mb3_bin, l2 varchar(9) CHARACTER SET latin2, ko varchar(9) CHARACTER SET koi8r, eu varchar(9) CHARACTER SET eucjpms, ek varchar(9) CHARACTER SET euckr, gr varchar(9) CHARACTER SET greek, he varchar(9) CHARACTER SET hebrew, w1 varchar(9) CHARACTER SET cp1251, dos varchar(9) CHARACTER SET cp850, ar varchar(9) CHARACTER SET cp1256, le varchar(9) CHARACTER SET utf16le, tis varchar(9) CHARACTER SET tis620, uj varchar(9) CHARACTER SET ujis, en enum('x','ÿ') CHARACTER SET latin1, se set('č','d') CHARACTER SET latin2, big enum('a''b','c\\d','e
f') DEFAULT 'c\\d', UNIQUE KEY (mt(20), k DESC)) CHARSET=utf8mb4;
INSERT INTO strings VALUES ('A','t','m',X'00',X'5C27','a','é','č','я','日','한','λ','א','я','é','ب','😀','ก','日','ÿ','č,d','a''b'),('a','','',X'',X'','','','','','','','','','','','','','','','x','','e\nf'),('a!',' ',' ',' ',' ',' ','','','','','','','','','','',' ','','',NULL,NULL,NULL),('\0\Z\b\t',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE shapes (id int PRIMARY KEY AUTO_INCREMENT, a geometry, b linestring, c polygon, d multipoint, e multilinestring, f multipolygon, g geometrycollection) AUTO_INCREMENT=1000000007;
INSERT INTO shapes VALUES (5,ST_GeomFromText('POINT(1e-300 -7.25)'),ST_GeomFromText('LINESTRING(0 0,1 1)'),ST_GeomFromText('POLYGON((0 0,9 0,9 9,0 0),(1 0.5,2 0.5,2 1,1 0.5))'),ST_GeomFromText('MULTIPOINT(1 1,2 2)'),ST_GeomFromText('MULTILINESTRING((0 0,1 1),(2 2,3 3))'),ST_GeomFromText('MULTIPOLYGON(((0 0,1 0,1 1,0 0)))'),ST_GeomFromText('GEOMETRYCOLLECTION(POINT(1 1),LINESTRING(0 0,1 1))')),(NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE parts_list (id int, c varchar(10), KEY (c)) PARTITION BY LIST COLUMNS (c) (PARTITION pa VALUES IN ('a','it''s'), PARTITION pn VALUES IN (NULL,'`'));
INSERT INTO parts_list VALUES (1,'a'),(2,'it''s'),(3,NULL);
CREATE TABLE parts_sub (id int, d datetime) PARTITION BY RANGE (to_days(d)) SUBPARTITION BY HASH (id) SUBPARTITIONS 2 (PARTITION p0 VALUES LESS THAN (738000), PARTITION p1 VALUES LESS THAN MAXVALUE);
INSERT INTO parts_sub VALUES (1,'1999-01-01'),(2,'2030-01-01'),(3,NULL);
CREATE TABLE parts_key (id bigint unsigned NOT NULL AUTO_INCREMENT, v int, PRIMARY KEY (id), KEY (v)) PARTITION BY KEY (id) PARTITIONS 3;
INSERT INTO parts_key VALUES (18446744073709551614,1),(1,2),(2,3);
CREATE TABLE auto_second (a int NOT NULL, b int NOT NULL AUTO_INCREMENT, PRIMARY KEY (a,b), KEY `bb` (b)) ENGINE=MyISAM;
INSERT INTO auto_second (a) VALUES (1),(1),(2);
CREATE TABLE mem (a int PRIMARY KEY, b varchar(5), KEY USING BTREE (b)) ENGINE=MEMORY;
INSERT INTO mem VALUES (1,'x');
CREATE TABLE csvt (a int NOT NULL, b varchar(9) NOT NULL) ENGINE=CSV;
INSERT INTO csvt VALUES (1,'x"y,z'),(2,'');
CREATE TABLE options (a int NOT NULL COMMENT 'first', b varchar(100), KEY b10 (b(10)) KEY_BLOCK_SIZE=4 COMMENT 'k', PRIMARY KEY (a)) ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=8 STATS_PERSISTENT=1 STATS_AUTO_RECALC=0 STATS_SAMPLE_PAGES=17 MIN_ROWS=1 MAX_ROWS=1000 AVG_ROW_LENGTH=50 CHECKSUM=1;
CREATE TABLE tree (id int PRIMARY KEY, up int, two int, KEY (two, id), CONSTRAINT `up to` FOREIGN KEY (up) REFERENCES tree (id) ON DELETE SET NULL);
INSERT INTO tree VALUES (1,NULL,NULL); INSERT INTO tree VALUES (2,1,NULL),(3,2,NULL);
CREATE TABLE defaults (a varchar(10) NOT NULL DEFAULT '', b bit(3) DEFAULT b'101', c datetime DEFAULT current_timestamp ON UPDATE current_timestamp, d decimal(5,2) DEFAULT '-1.50', e enum('n','null') DEFAULT 'null', f date DEFAULT NULL, g binary(3) DEFAULT 'a\0b', h json DEFAULT (json_array(1,'`x`')), i char(1) NOT NULL DEFAULT '\'', j double DEFAULT '1e300', k time DEFAULT '-01:00:00');
INSERT INTO defaults () VALUES (); INSERT INTO defaults (c) VALUES ('2020-01-01 00:00:00');
UPDATE defaults SET c = '2020-02-02 00:00:00';
DELIMITER $$
CREATE FUNCTION same_name(a varchar(20) CHARACTER SET latin1, b enum('x','y')) RETURNS longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin READS SQL DATA SQL SECURITY INVOKER COMMENT 'it''s' RETURN concat(a, b, (SELECT count(*) FROM parent))$$
CREATE DEFINER=`no body`@`10.%` PROCEDURE same_name(INOUT `a b` decimal(10,3), OUT j json) MODIFIES SQL DATA
l1: BEGIN
  DECLARE done int DEFAULT 0; DECLARE c CURSOR FOR SELECT id FROM parent; DECLARE CONTINUE HANDLER FOR NOT FOUND SET done = 1;
  -- a comment; 'with a quote
  # another ` one
  IF `a b` > 1 THEN INSERT INTO empty_t VALUES (1); ELSEIF `a b` < -1 THEN DELETE FROM empty_t; END IF;
  SET j = '{"a": ";;"}';
END l1$$
CREATE TRIGGER `t;r` AFTER UPDATE ON child FOR EACH ROW BEGIN IF NEW.pid <=> OLD.pid THEN SET @a = '$$;;'; END IF; END$$
CREATE TRIGGER after_delete AFTER DELETE ON child FOR EACH ROW INSERT INTO empty_t VALUES (OLD.id)$$
CREATE DEFINER=`gone`@`%` TRIGGER of_odd BEFORE DELETE ON `-- c; 'it''s' \ %s #/*!` FOR EACH ROW SET @z = OLD.`\`$$
CREATE EVENT `once;` ON SCHEDULE AT '2037-01-01 00:00:00' ENABLE DO CALL p1(1, @x)$$
CREATE EVENT replicated ON SCHEDULE EVERY '1:30' HOUR_MINUTE STARTS '2036-01-01 00:00:00' ENDS '2037-01-01 00:00:00' DISABLE ON SLAVE DO DO 1$$
DELIMITER ;
CREATE VIEW `v;` (`a;`, `b``c`) AS SELECT id, same_name('a','x') FROM zv UNION ALL SELECT 1, '`numbers`';
CREATE SQL SECURITY INVOKER VIEW of_functions AS SELECT f1(f1(2)) AS a, (SELECT max(id) FROM `v;` JOIN tree ON tree.id = `v;`.`a;`) AS b;
CREATE VIEW a_recursive AS WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 5) SELECT n, n * 1.5 AS half FROM r;
CREATE VIEW windows AS SELECT id, row_number() OVER (PARTITION BY id % 2 ORDER BY id DESC) AS rn FROM parent;
CREATE ALGORITHM=TEMPTABLE DEFINER=`gone`@`%` SQL SECURITY INVOKER VIEW of_gone AS SELECT p.id AS `p.id`, c.* FROM parent p LEFT JOIN child c ON c.pid = p.id WHERE c.txt <> '`parent`.';
CREATE TABLE limits (id serial, c0 char(0), b0 binary(0), v varchar(8000), vb varbinary(20000), st set('m00','m01','m02','m03','m04','m05','m06','m07','m08','m09','m10','m11','m12','m13','m14','m15','m16','m17','m18','m19','m20','m21','m22','m23','m24','m25','m26','m27','m28','m29','m30','m31','m32','m33','m34','m35','m36','m37','m38','m39','m40','m41','m42','m43','m44','m45','m46','m47','m48','m49','m50','m51','m52','m53','m54','m55','m56','m57','m58','m59','m60','m61','m62','m63'), e enum('1','0','2'), yn bool, nc nchar(3), dz decimal(65,0) unsigned zerofill, d30 decimal(30,30), fu float unsigned, du double unsigned zerofill, bz bigint(20) zerofill, i4 int(4) zerofill, t3 time(3), dt3 datetime(3), ts3 timestamp(3) NULL, b7 bit(7), c255 char(255), KEY long_prefix (v(700)));
INSERT INTO limits VALUES (18446744073709551614,'','',repeat('😀',8000),repeat(X'5C27',10000),18446744073709551615,'1',true,'日本語',repeat('9',65),0.999999999999999999999999999999,3.402823466e38,1.7976931348623157e308,18446744073709551615,4294967295,'838:59:59','9999-12-31 23:59:59.999','2038-01-19 03:14:07.999',b'1111111',repeat('é',255)),(1,NULL,NULL,'','','m00,m63','0',false,'',0,-0.999999999999999999999999999999,1.17549435e-38,2.2250738585072014e-308,0,0,'-838:59:59','1000-01-01 00:00:00','1970-01-02 00:00:00.001',b'0','');
CREATE TABLE `t``"';日` (`c"';日` int NOT NULL, `x``"';日` int AS (`p"` * 2) COMMENT '`"'';\\', `p"` int DEFAULT 3, `g'` int AS (`p"` + 1) VIRTUAL, PRIMARY KEY (`c"';日`), KEY `k``"';日` (`p"` DESC, `x``"';日`), UNIQUE KEY `u%s\n` (`g'`, `p"`), CONSTRAINT `f"';日` FOREIGN KEY (`p"`) REFERENCES `t``"';日` (`c"';日`) ON DELETE RESTRICT, CONSTRAINT `c``"';日` CHECK (`p"` > 0 and `c"';日` <> length(';`')));
-- MariaDB 11.8 shows `` in the names of foreign keys, and in columns that they refer to, as `.
INSERT INTO `t``"';日` (`c"';日`, `p"`) VALUES (3,3),(4,NULL),(5,4);
CREATE TABLE parts_names (id int, `i``d` int) PARTITION BY LIST (`i``d`) (PARTITION `p``"';日` VALUES IN (1), PARTITION `select` VALUES IN (2,NULL) COMMENT = 'it''s; `');
INSERT INTO parts_names VALUES (1,1),(2,2),(3,NULL);
CREATE VIEW `v``"';日` (`a``"';日`, `b'`) AS SELECT `c"';日`, '`v' FROM `t``"';日`;
CREATE VIEW `w``"';日` AS SELECT * FROM `v``"';日`;
DELIMITER ;;
CREATE FUNCTION `f``"';日`(`a"';` int) RETURNS varchar(20) CHARACTER SET utf8mb4 DETERMINISTIC RETURN concat(`a"';`, '`";')
;;
CREATE PROCEDURE `p``"';日`(IN `a"';` int) BEGIN SELECT `a"';` AS `"日;'`; END
;;
CREATE TRIGGER `t``"';日` BEFORE INSERT ON `t``"';日` FOR EACH ROW BEGIN SET NEW.`p"` = NEW.`c"';日`; END;;
CREATE EVENT `e``"';日` ON SCHEDULE EVERY 3 HOUR STARTS '2036-01-01 00:00:00' COMMENT '`e"'';' DO CALL `"日;'`(1);;
CREATE TRIGGER ends_in_a_comment AFTER INSERT ON limits FOR EACH ROW SET @a = 1 -- the end
;;
CREATE PROCEDURE ends_in_a_comment() SELECT 1 # the end
;;
CREATE EVENT ends_in_a_comment ON SCHEDULE EVERY 1 YEAR STARTS '2036-01-01 00:00:00' DO SET @a = 1 /* the */ -- end;
;;
DELIMITER //
CREATE PROCEDURE ends_in_semicolons() SELECT 1;;
//
DELIMITER ;
