-- SPDX-License-Identifier: Apache-2.0
-- A shop as one might run it on MySQL or MariaDB: keys of many kinds, rows enough for several INSERTs, routines in use.
SET NAMES utf8mb4;
CREATE TABLE digits (d int PRIMARY KEY);
INSERT INTO digits VALUES (0),(1),(2),(3),(4),(5),(6),(7),(8),(9);
CREATE VIEW thousand AS SELECT a.d + 10 * b.d + 100 * c.d AS n FROM digits a, digits b, digits c;
CREATE TABLE customer (id int unsigned NOT NULL AUTO_INCREMENT, email varchar(120) NOT NULL, name varchar(80) COMMENT 'as they write it', born date, settings json, balance decimal(12,2) NOT NULL DEFAULT '0.00', seen timestamp(3) NULL, PRIMARY KEY (id), UNIQUE KEY email (email), KEY name (name(10), born), CONSTRAINT positive CHECK (balance >= -1000));
INSERT INTO customer (email, name, born, settings, balance, seen) SELECT concat('c', n, '@example.org'), elt(1 + n % 5, 'Anna', 'Jürgen O''Neill', '小林', 'Ñandú "x"', NULL), date_add('1950-01-01', interval n * 17 day), if(n % 3, json_object('n', n, 'tags', json_array('a', 'b\\')), NULL), n * 1.37 - 500, if(n % 7, from_unixtime(1500000000 + n * 7919 + 0.123), NULL) FROM thousand ORDER BY n;
CREATE TABLE product (sku varchar(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, title varchar(200) NOT NULL, description text, price decimal(10,2) NOT NULL, gross decimal(10,2) GENERATED ALWAYS AS (price * 1.19) STORED, weight float, picture mediumblob, tags set('new','sale','used') NOT NULL DEFAULT '', state enum('draft','live','gone') NOT NULL DEFAULT 'draft', PRIMARY KEY (sku), FULLTEXT KEY words (title, description));
INSERT INTO product (sku, title, description, price, weight, picture, tags, state) SELECT concat('SKU-', lpad(n, 5, '0')), concat('Product ', n, char(9 using utf8mb4), 'é'), repeat(concat('line ', n, '\n'), n % 60), n * 0.99, n / 7, if(n % 10, NULL, unhex(repeat(sha2(n, 256), 20))), n % 8, 1 + n % 3 FROM thousand ORDER BY n;
CREATE TABLE orders (id bigint NOT NULL AUTO_INCREMENT, customer int unsigned NOT NULL, ordered datetime NOT NULL, note longtext, PRIMARY KEY (id), KEY by_customer (customer, ordered), CONSTRAINT of_customer FOREIGN KEY (customer) REFERENCES customer (id) ON DELETE CASCADE) AUTO_INCREMENT=5000000000;
INSERT INTO orders (customer, ordered, note) SELECT 1 + (a.n * 7 + b.d) % 1000, date_add('2020-01-01', interval a.n * 10 + b.d hour), if(b.d = 3, repeat('note; -- ''\\', a.n), NULL) FROM thousand a, digits b ORDER BY a.n, b.d;
CREATE TABLE order_line (orders bigint NOT NULL, line smallint NOT NULL, sku varchar(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, quantity int NOT NULL, paid double, PRIMARY KEY (orders, line), KEY sku (sku), CONSTRAINT of_order FOREIGN KEY (orders) REFERENCES orders (id) ON DELETE CASCADE, CONSTRAINT of_product FOREIGN KEY (sku) REFERENCES product (sku) ON UPDATE CASCADE);
INSERT INTO order_line SELECT o.id, d.d, concat('SKU-', lpad((o.id * 13 + d.d) % 1000, 5, '0')), 1 + d.d, (o.id % 1000) / 3 FROM orders o JOIN digits d ON d.d < 3;
CREATE TABLE visit (at datetime(6) NOT NULL, path varchar(255) NOT NULL, ip varbinary(16)) PARTITION BY RANGE (year(at)) (PARTITION y2023 VALUES LESS THAN (2024), PARTITION y2024 VALUES LESS THAN (2025), PARTITION later VALUES LESS THAN MAXVALUE);
INSERT INTO visit SELECT date_add('2023-01-01', interval n * 86461 second), concat('/p/', n, '?q=%27'), inet6_aton(concat('10.0.', n % 256, '.1')) FROM thousand;
CREATE TABLE audit (what varchar(50), at timestamp DEFAULT current_timestamp) ENGINE=MyISAM;
CREATE VIEW turnover AS SELECT c.id, c.name, sum(l.quantity * p.price) AS total FROM customer c JOIN orders o ON o.customer = c.id JOIN order_line l ON l.orders = o.id JOIN product p ON p.sku = l.sku GROUP BY c.id, c.name;
CREATE VIEW best AS SELECT * FROM turnover WHERE total > 1000 ORDER BY total DESC LIMIT 10;
DELIMITER //
CREATE FUNCTION with_tax(price decimal(10,2)) RETURNS decimal(10,2) DETERMINISTIC COMMENT '19 %' RETURN price * 1.19//
CREATE PROCEDURE pay(IN which bigint, OUT paid double) BEGIN SELECT sum(l.paid) INTO paid FROM order_line l WHERE l.orders = which; UPDATE customer SET balance = balance - paid WHERE id = (SELECT customer FROM orders WHERE id = which); END//
CREATE TRIGGER told AFTER INSERT ON orders FOR EACH ROW INSERT INTO audit (what) VALUES (concat('order ', NEW.id))//
CREATE TRIGGER checked BEFORE UPDATE ON customer FOR EACH ROW IF NEW.email NOT LIKE '%@%' THEN SIGNAL SQLSTATE '45000' SET message_text = 'no address'; END IF//
CREATE EVENT tidy ON SCHEDULE EVERY 1 DAY STARTS '2037-01-01 03:00:00' COMMENT 'old visits' DO DELETE FROM visit WHERE at < now() - interval 2 year//
DELIMITER ;
INSERT INTO audit VALUES ('opened', '2020-01-01 00:00:00');
