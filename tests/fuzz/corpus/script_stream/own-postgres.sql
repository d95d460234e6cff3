-- dbbackup script 1 none
--
-- Name: SETTINGS; Type: SETTINGS; Schema: -; Owner: -
--

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SELECT pg_catalog.set_config('transaction_timeout', '0', false) WHERE pg_catalog.current_setting('transaction_timeout', true) IS NOT NULL;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
SET array_nulls = on;
SET transform_null_equals = off;
SET lc_monetary = 'C';
SET default_tablespace = '';
SET default_table_access_method = heap;

--
-- Name: f(integer); Type: FUNCTION; Schema: public; Owner: postgres
--

CREATE FUNCTION public.f(a integer) RETURNS integer
    LANGUAGE sql
    AS $$ select a + 1; $$;
ALTER FUNCTION public.f(a integer) OWNER TO "postgres";

--
-- Name: g(); Type: FUNCTION; Schema: public; Owner: postgres
--

CREATE FUNCTION public.g() RETURNS integer
    LANGUAGE sql
    BEGIN ATOMIC
 SELECT
         CASE
             WHEN true THEN 1
             ELSE NULL::integer
         END AS "case";
END;
ALTER FUNCTION public.g() OWNER TO "postgres";

--
-- Name: s; Type: SEQUENCE; Schema: public; Owner: postgres
--

CREATE SEQUENCE public.s AS bigint
    START WITH 1 INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 CACHE 1;
ALTER SEQUENCE public.s OWNER TO "postgres";

--
-- Name: orders; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.orders (
    id integer NOT NULL,
    at timestamp with time zone,
    price numeric,
    note text,
    raw bytea
);
ALTER TABLE public.orders OWNER TO "postgres";
COMMENT ON TABLE public.orders IS 'of the shop';

--
-- Name: dear; Type: VIEW; Schema: public; Owner: postgres
--

CREATE VIEW public.dear AS
 SELECT orders.id,
    orders.at,
    orders.price,
    orders.note,
    orders.raw
   FROM public.orders
  WHERE (orders.price > (1)::numeric);
ALTER VIEW public.dear OWNER TO "postgres";

--
-- Name: orders; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.orders (id, at, price, note, raw) FROM stdin;
1	2020-01-01 01:00:00+00	0.14285714285714285714	it's 1\t\\.	\\xc4ca4238a0b923820dcc509a6f75849b
2	2020-01-01 02:00:00+00	0.28571428571428571429	it's 2\t\\.	\\xc81e728d9d4c2f636f067f89cc14862c
3	2020-01-01 03:00:00+00	0.42857142857142857143	\N	\\xeccbc87e4b5ce2fe28308fd9f2a7baf3
4	2020-01-01 04:00:00+00	0.57142857142857142857	it's 4\t\\.	\\xa87ff679a2f3e71d9181a67b7542122c
5	2020-01-01 05:00:00+00	0.71428571428571428571	it's 5\t\\.	\\xe4da3b7fbbce2345d7772b0674a318d5
6	2020-01-01 06:00:00+00	0.85714285714285714286	\N	\\x1679091c5a880faf6fb5e6087eb1b2dc
7	2020-01-01 07:00:00+00	1.00000000000000000000	it's 7\t\\.	\\x8f14e45fceea167a5a36dedd4bea2543
8	2020-01-01 08:00:00+00	1.1428571428571429	it's 8\t\\.	\\xc9f0f895fb98ab9159f51fd0297e236d
9	2020-01-01 09:00:00+00	1.2857142857142857	\N	\\x45c48cce2e2d7fbdea1afc51c7c6ad26
\.

--
-- Name: s; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.s', 1, false);

--
-- Name: orders orders_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.orders
    ADD CONSTRAINT orders_pkey PRIMARY KEY (id);

--
-- Name: orders_note_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX orders_note_idx ON public.orders USING btree (note);

-- dbbackup index 1
-- {"dbms":"postgres","server_version":"15.20 (Debian 15.20-0+deb12u1)","server_version_number":150020,"database":"shop","encoding":"UTF8","database_properties":"{\"encoding\" : \"UTF8\", \"locale_provider\" : \"libc\", \"collate\" : \"C.UTF-8\", \"ctype\" : \"C.UTF-8\", \"icu_locale\" : null, \"icu_rules\" : null, \"builtin_locale\" : null, \"tablespace\" : \"pg_default\", \"owner\" : \"postgres\", \"connection_limit\" : -1, \"is_template\" : false, \"allow_connections\" : true}","search_path":"[\"public\"]","snapshot":"00000002-00000011-1","dbbackup_version":"0.1.0","started":"2026-11-23T17:25:59Z","compression":"none"}
-- {"id":1,"kind":"SETTINGS","section":"pre-data","name":"SETTINGS","deps":[],"chunks":[[26,686,686,0,"a93599a8bc4cc722"]]}
-- {"id":2,"kind":"FUNCTION","section":"pre-data","schema":"public","name":"f(integer)","owner":"postgres","drop_sql":"DROP FUNCTION public.f(a integer);","deps":[],"parts":[["definition",173],["owner",57]],"chunks":[[712,230,230,0,"1b993990da7a2f63"]]}
-- {"id":3,"kind":"FUNCTION","section":"pre-data","schema":"public","name":"g()","owner":"postgres","drop_sql":"DROP FUNCTION public.g();","deps":[],"parts":[["definition",259],["owner",48]],"chunks":[[942,307,307,0,"641c932aa777afa8"]]}
-- {"id":4,"kind":"SEQUENCE","section":"pre-data","schema":"public","name":"s","owner":"postgres","drop_sql":"DROP SEQUENCE public.s;","deps":[],"parts":[["definition",183],["owner",46]],"chunks":[[1249,229,229,0,"cccde12424acdc4e"]]}
-- {"id":5,"kind":"TABLE","section":"pre-data","schema":"public","name":"orders","owner":"postgres","drop_sql":"DROP TABLE public.orders;","deps":[],"parts":[["definition",207],["owner",47],["comment",50]],"chunks":[[1478,304,304,0,"1bbd0ef35fd17953"]]}
-- {"id":6,"kind":"VIEW","section":"pre-data","schema":"public","name":"dear","owner":"postgres","drop_sql":"DROP VIEW public.dear;","deps":[5],"parts":[["definition",238],["owner",45]],"chunks":[[1782,283,283,0,"962852bdca35d45d"]]}
-- {"id":7,"kind":"TABLE DATA","section":"data","schema":"public","name":"orders","table":"public.orders","deps":[5],"chunks":[[2065,958,958,9,"c46d841d28636f32"]]}
-- {"id":8,"kind":"SEQUENCE SET","section":"data","schema":"public","name":"s","deps":[4],"chunks":[[3023,113,113,0,"796c32302f9d02f6"]]}
-- {"id":9,"kind":"CONSTRAINT","section":"post-data","schema":"public","name":"orders orders_pkey","table":"public.orders","drop_sql":"ALTER TABLE ONLY public.orders DROP CONSTRAINT orders_pkey;","deps":[5,7],"chunks":[[3136,160,160,0,"ac48f094d09b9646"]]}
-- {"id":10,"kind":"INDEX","section":"post-data","schema":"public","name":"orders_note_idx","table":"public.orders","drop_sql":"DROP INDEX public.orders_note_idx;","deps":[5,7],"chunks":[[3296,138,138,0,"8487871f0f5ef513"]]}
-- {"entries":10,"chunks":10,"rows":9,"size":3408,"raw_size":3408}
-- dbbackup footer 1 0000000000000d6a 0000000000000b19 8f08b87c3a32bdaf 00000000000018fe 6449c07499d2141b d409ddfc109a7d7c
