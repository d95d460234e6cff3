-- dbbackup script 1 none
--
-- Name: SETTINGS; Type: SETTINGS; Schema: shop
--

SET NAMES utf8mb4;
SET time_zone = '+00:00';
SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES';
SET foreign_key_checks = 0;
SET unique_checks = 1;
/*M!101000 SET explicit_defaults_for_timestamp = 1 */;
/*M!100201 SET check_constraint_checks = 0 */;

--
-- Name: orders; Type: TABLE; Schema: shop
--

CREATE TABLE `orders` (
  `id` int(11) NOT NULL,
  `note` varchar(30) DEFAULT NULL,
  `raw` varbinary(20) DEFAULT NULL,
  `price` decimal(9,2) DEFAULT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

--
-- Name: orders; Type: TABLE DATA; Schema: shop
--

START TRANSACTION;
INSERT INTO `orders` (`id`, `note`, `raw`, `price`) VALUES
(1,'it\'s',X'00ff',1.50),
(2,NULL,'',-2.00),
(3,'tab	',X'78',0.00);
COMMIT;

--
-- Name: p; Type: PROCEDURE; Schema: shop
--

SET character_set_client = 'utf8mb4';
SET collation_connection = 'utf8mb4_general_ci';
SET sql_mode = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION';
DELIMITER ;;
CREATE DEFINER=`root`@`localhost` PROCEDURE `p`()
begin declare i int; if i then select 1; else select 2; end if; end;;
DELIMITER ;
SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES';
SET NAMES utf8mb4;

--
-- Name: dear; Type: VIEW; Schema: shop
--

SET character_set_client = 'utf8mb4';
SET collation_connection = 'utf8mb4_general_ci';
CREATE ALGORITHM=UNDEFINED DEFINER=`root`@`localhost` SQL SECURITY DEFINER VIEW `dear` AS select `orders`.`id` AS `id`,`orders`.`note` AS `note`,`orders`.`raw` AS `raw`,`orders`.`price` AS `price` from `orders` where `orders`.`price` > 1;
SET NAMES utf8mb4;

--
-- Name: told; Type: TRIGGER; Schema: shop
--

SET character_set_client = 'utf8mb4';
SET collation_connection = 'utf8mb4_general_ci';
SET sql_mode = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION';
DELIMITER ;;
CREATE DEFINER=`root`@`localhost` trigger told before insert on orders for each row set new.note = 'x';;
DELIMITER ;
SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES';
SET NAMES utf8mb4;

-- dbbackup index 1
-- {"dbms":"mariadb","server_version":"10.11.19-MariaDB-0+deb12u1-log","server_version_number":101119,"database":"shop","encoding":"utf8mb4","database_properties":"{\"charset\":\"utf8mb4\",\"collation\":\"utf8mb4_general_ci\"}","search_path":"[\"shop\"]","snapshot":"binlog.000001:1668, GTID 0-1-6","dbbackup_version":"0.1.0","started":"2026-11-23T17:26:08Z","compression":"none"}
-- {"id":1,"kind":"SETTINGS","section":"pre-data","name":"SETTINGS","deps":[],"chunks":[[26,314,314,0,"ce8aa178b837ad15"]]}
-- {"id":2,"kind":"TABLE","section":"pre-data","schema":"shop","name":"orders","table":"\"shop\".\"orders\"","drop_sql":"DROP TABLE IF EXISTS `orders`","deps":[],"chunks":[[340,297,297,0,"8d6d6cfd00b6334b"]]}
-- {"id":3,"kind":"TABLE DATA","section":"data","schema":"shop","name":"orders","table":"\"shop\".\"orders\"","deps":[2],"chunks":[[637,210,210,3,"43558e8a37dc98fe"]]}
-- {"id":4,"kind":"PROCEDURE","section":"post-data","schema":"shop","name":"p","drop_sql":"DROP PROCEDURE IF EXISTS `p`","deps":[],"chunks":[[847,469,469,0,"d366f70ea2b73ab0"]]}
-- {"id":5,"kind":"VIEW","section":"post-data","schema":"shop","name":"dear","table":"\"shop\".\"dear\"","drop_sql":"DROP VIEW IF EXISTS `dear`","deps":[4],"chunks":[[1316,393,393,0,"22822d1230c6932a"]]}
-- {"id":6,"kind":"TRIGGER","section":"post-data","schema":"shop","name":"told","table":"\"shop\".\"orders\"","drop_sql":"DROP TRIGGER IF EXISTS `told`","deps":[5,2,3],"chunks":[[1709,455,455,0,"a08b6cfd22cc5ace"]]}
-- {"entries":6,"chunks":6,"rows":3,"size":2138,"raw_size":2138}
-- dbbackup footer 1 0000000000000874 000000000000061d a19518a33deb0c74 0000000000000f0c 78dbb1b6d1b088d9 a19cd343558b845e
