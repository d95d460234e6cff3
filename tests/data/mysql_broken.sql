-- SPDX-License-Identifier: Apache-2.0
-- Views, routines, triggers and events of which something is gone. Only what its name calls broken can't be made again.
CREATE TABLE t (a int, b int, c int AS (a + 1));
INSERT INTO t (a, b) VALUES (1, 2);
CREATE TABLE gone (a int);
DELIMITER //
CREATE FUNCTION gone(x int) RETURNS int DETERMINISTIC RETURN x//
CREATE FUNCTION f(x int) RETURNS int DETERMINISTIC RETURN (SELECT count(*) FROM gone)//
CREATE PROCEDURE p() BEGIN SELECT * FROM gone; CALL none_such(); END//
CREATE TRIGGER broken_trigger BEFORE INSERT ON t FOR EACH ROW SET @a = NEW.c, @b = new.`b`//
CREATE TRIGGER of_gone AFTER INSERT ON t FOR EACH ROW INSERT INTO gone SELECT `NEW`.A FROM gone AS b WHERE b.b = 1//
CREATE DEFINER=nobody@nowhere TRIGGER of_nobody BEFORE DELETE ON t FOR EACH ROW SET @a = OLD.a + OLD . C; -- OLD.b
//
CREATE DEFINER=nobody@nowhere PROCEDURE of_nobody() SELECT 1//
CREATE DEFINER=nobody@nowhere EVENT of_nobody ON SCHEDULE AT '2037-01-01 00:00:00' DO SELECT * FROM gone//
DELIMITER ;
CREATE VIEW broken_table AS SELECT a FROM gone;
CREATE VIEW broken_function AS SELECT gone(a) AS x FROM t;
CREATE VIEW broken_column AS SELECT b FROM t;
CREATE VIEW broken_view AS SELECT a FROM broken_table;
CREATE DEFINER=nobody@nowhere VIEW view_of_nobody AS SELECT a FROM t;
CREATE DEFINER=nobody@nowhere SQL SECURITY INVOKER VIEW invoker_view AS SELECT a FROM t;
CREATE VIEW sound AS SELECT a FROM t;
DROP TABLE gone;
DROP FUNCTION gone;
ALTER TABLE t DROP COLUMN b;
