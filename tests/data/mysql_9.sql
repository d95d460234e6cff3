-- SPDX-License-Identifier: Apache-2.0
-- What MySQL 8 and 9 have beyond mysql_torture.sql, after which it comes.
SET NAMES utf8mb4;
CREATE TABLE vectors (id int PRIMARY KEY, v vector(3) NOT NULL, w vector);
INSERT INTO vectors VALUES (1,to_vector('[1,2.5,-3e-30]'),NULL),(2,to_vector('[0,0,0]'),to_vector('[1]'));
-- Not an array of numbers: of these CHECKSUM TABLE counts where they lie in memory.
CREATE TABLE keys_of_8 (a int, j json, s varchar(20), KEY f ((lower(s))), KEY f2 ((a + 1) DESC, s), KEY hid (a) INVISIBLE, KEY multi ((CAST(j->'$.list' AS char(10) array))), UNIQUE KEY u ((concat(s,'`,(','x'))), CONSTRAINT soft CHECK (a > 10) NOT ENFORCED, CONSTRAINT hard CHECK (json_schema_valid('{"type": "object"}', j)), FULLTEXT KEY ng (s) WITH PARSER ngram);
INSERT INTO keys_of_8 VALUES (1,'{"list": [1,2,3]}','Ab'),(2,'{}',NULL),(3,NULL,'é');
CREATE TABLE of_srid (g geometry NOT NULL SRID 4326, p point SRID 0, SPATIAL KEY (g));
INSERT INTO of_srid VALUES (ST_GeomFromText('POINT(52.5 13.4)',4326),POINT(1,2)),(ST_GeomFromText('POLYGON((0 0,1 0,1 1,0 0))',4326),NULL);
SET sql_generate_invisible_primary_key=ON;
CREATE TABLE hidden_key (a int);
INSERT INTO hidden_key VALUES (5),(6); DELETE FROM hidden_key WHERE a = 5;
SET sql_generate_invisible_primary_key=OFF;
CREATE TABLE collations (a varchar(10) COLLATE utf8mb4_0900_as_cs, b varchar(10) COLLATE utf8mb4_ja_0900_as_cs_ks, g varchar(10) CHARACTER SET gb18030, i int INVISIBLE DEFAULT 3, e varchar(99) DEFAULT (concat('a', uuid(), '`')), KEY (a, b DESC)) COLLATE=utf8mb4_0900_ai_ci;
INSERT INTO collations (a,b,g) VALUES ('ß','か','㐂'),('😀',NULL,'a'); UPDATE collations SET e = 'fixed', i = 4;
CREATE TABLE jsons (id int PRIMARY KEY, j json);
INSERT INTO jsons VALUES (1,'[1, 1.0, 1e22, 0.1, -0.0, 18446744073709551615, 1.7976931348623157e308, "\\u0000\\n\\"\\\\", true, null, {"a b": {}}, "😀"]'),(2,'null'),(3,NULL),(4,'"it''s"'),(5,'3.14159265358979323846');
CREATE TABLE attributes (a int, b int) COMPRESSION='zlib' AUTOEXTEND_SIZE=4M;
CREATE TABLE arch (a int, b text) ENGINE=ARCHIVE;
INSERT INTO arch VALUES (1,'x'),(2,NULL);
CREATE TABLE counted (n int, t varchar(10), `*/; `` '' "\\é` varchar(10), d decimal(30,10), f double, e enum('x','y'), w datetime(6), y year, b varbinary(9), v int AS (n * 2) STORED, KEY (n), KEY (t), FULLTEXT KEY (t));
INSERT INTO counted (n,t,`*/; `` '' "\\é`,d,f,e,w,y,b) VALUES (1,'a','it''s',0.1,0.1,'x','2026-01-02 03:04:05.6',2001,'\0\'\\'),(2,'b','*/ ;',12345678901234567890.5,1e-300,'y','0001-01-01',1999,X'FF'),(2,'c','😀',-1,1.7976931348623157e308,NULL,NULL,NULL,''),(3,NULL,NULL,NULL,-0.0,'x',NULL,NULL,NULL);
ANALYZE TABLE counted UPDATE HISTOGRAM ON n, t, `*/; `` '' "\\é`, d, e, w, y, b, v WITH 16 BUCKETS;
ANALYZE TABLE counted UPDATE HISTOGRAM ON f WITH 2 BUCKETS AUTO UPDATE;
SET SESSION restrict_fk_on_non_standard_key=OFF;
CREATE TABLE loose (a int, b int, KEY (a));
CREATE TABLE loose_child (a int, FOREIGN KEY (a) REFERENCES loose (a));
INSERT INTO loose VALUES (1,1),(1,2); INSERT INTO loose_child VALUES (1);
SET SESSION restrict_fk_on_non_standard_key=ON;
CREATE VIEW of_8 AS SELECT jt.*, l.n FROM keys_of_8 k, JSON_TABLE(k.j, '$.list[*]' COLUMNS (ord FOR ORDINALITY, v int PATH '$' DEFAULT '0' ON EMPTY)) AS jt, LATERAL (SELECT count(*) AS n FROM vectors WHERE id = jt.v) AS l;
CREATE VIEW of_8_sets AS (SELECT id FROM parent INTERSECT SELECT id FROM tree) EXCEPT VALUES ROW(7), ROW(8);
