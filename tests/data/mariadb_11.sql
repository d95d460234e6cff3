-- SPDX-License-Identifier: Apache-2.0
-- What MariaDB has since 11, after mariadb_torture.sql.
SET NAMES utf8mb4;
CREATE TABLE vectors (id int PRIMARY KEY, v vector(3) NOT NULL, VECTOR KEY vi (v) DISTANCE=cosine M=8);
INSERT INTO vectors VALUES (1,Vec_FromText('[1,2.5,-3e-30]')),(2,Vec_FromText('[0,0,1]'));
CREATE SEQUENCE sq_small AS tinyint unsigned START WITH 200 MAXVALUE 254;
CREATE TABLE collations (a varchar(10) COLLATE utf8mb4_uca1400_as_cs, b varchar(10) COLLATE uca1400_german2_ai_ci, KEY (a, b DESC)) COLLATE=utf8mb4_uca1400_ai_ci;
INSERT INTO collations VALUES ('ß','か'),('😀',NULL);
CREATE TABLE later (t timestamp(6) NULL, u uuid DEFAULT (uuid_v7()));
SET time_zone='+00:00'; INSERT INTO later VALUES ('2106-02-07 06:28:15.999999','01970000-0000-7000-8000-000000000000'); SET time_zone=@@global.time_zone;
CREATE TABLE keyed (a int, b int, KEY (a) IGNORED, KEY (b)) PARTITION BY RANGE (a) (PARTITION p0 VALUES LESS THAN (10), PARTITION pm VALUES LESS THAN MAXVALUE);
INSERT INTO keyed VALUES (1,1),(20,2);
DELIMITER ;;
CREATE PACKAGE plain COMMENT 'c' FUNCTION f() RETURNS int DETERMINISTIC; PROCEDURE p(); END;;
CREATE PACKAGE BODY plain FUNCTION f() RETURNS int BEGIN RETURN 1; END; PROCEDURE p() SELECT 1; END;;
CREATE FUNCTION with_default(a int, b int DEFAULT 5) RETURNS int DETERMINISTIC RETURN a + b;;
DELIMITER ;
