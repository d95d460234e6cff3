-- SPDX-License-Identifier: Apache-2.0
--
-- A shop in MariaDB: 1 million orders and three secondary keys where @rows says so. Every value comes from a hash of its
-- row's number, so that each run of this file makes the same rows.
set names utf8mb4;
set time_zone = '+00:00';
create table customers (
    id int not null primary key,
    name varchar(100) not null,
    since date not null,
    balance decimal(12,4)
) default charset utf8mb4;
insert into customers
select seq, concat('customer ', sha1(seq)), '2019-01-01' + interval crc32(seq) % 2000 day, crc32(seq * 3) / 10000
  from seq_1_to_100000 where seq <= @rows / 10;

create table words (n int not null primary key, word varchar(40) not null);
insert into words select seq - 1, substr(md5(seq), 1, 2 + crc32(seq) % 7) from seq_1_to_4096;

create table orders (
    id bigint not null auto_increment primary key,
    customer_id int not null,
    status enum('new', 'paid', 'packed', 'sent', 'returned') not null,
    placed_at datetime not null,
    total decimal(12,2) not null,
    reference char(32) not null,
    weight double,
    token binary(8) not null,
    note varchar(400)
) default charset utf8mb4;
insert into orders
select seq, 1 + crc32(seq) % (@rows / 10), 1 + crc32(seq * 7) % 5, '2019-01-01' + interval crc32(seq * 3) % 189000000 second,
       crc32(seq * 11) % 9000000 / 100, md5(seq), crc32(seq * 5) / 997, unhex(substr(sha1(seq), 1, 16)),
       if(crc32(seq * 13) % 10 < 8, concat_ws(' ', a.word, b.word, 'é', c.word, d.word, a.word, e.word, b.word,
          substr('please leave it with the neighbours, behind the house, or at the door; call before you come',
                 1, crc32(seq * 17) % 100)), null)
  from seq_1_to_10000000 s
  join words a on a.n = floor(4096 * pow(crc32(seq * 19) / 4294967296, 3))
  join words b on b.n = floor(4096 * pow(crc32(seq * 23) / 4294967296, 3))
  join words c on c.n = floor(4096 * pow(crc32(seq * 29) / 4294967296, 2))
  join words d on d.n = floor(4096 * pow(crc32(seq * 31) / 4294967296, 2))
  join words e on e.n = crc32(seq * 37) % 4096
 where seq <= @rows;
drop table words;
alter table orders add key (customer_id), add key (placed_at, status), add key (reference);
analyze table customers, orders;
