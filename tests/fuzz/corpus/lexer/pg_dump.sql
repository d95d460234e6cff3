--
-- PostgreSQL database dump
--

\restrict nuJeMBcardARdDTJ0wxcq4uO4R7LMhQsowuwrGwZHJGpWTeShOvuiZXcTaZ2QWD

-- Dumped from database version 15.20 (Debian 15.20-0+deb12u1)
-- Dumped by pg_dump version 15.20 (Debian 15.20-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: f(integer); Type: FUNCTION; Schema: public; Owner: postgres
--

CREATE FUNCTION public.f(a integer) RETURNS integer
    LANGUAGE sql
    AS $$ select a + 1; $$;


ALTER FUNCTION public.f(a integer) OWNER TO postgres;

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


ALTER FUNCTION public.g() OWNER TO postgres;

SET default_tablespace = '';

SET default_table_access_method = heap;

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


ALTER TABLE public.orders OWNER TO postgres;

--
-- Name: TABLE orders; Type: COMMENT; Schema: public; Owner: postgres
--

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


ALTER TABLE public.dear OWNER TO postgres;

--
-- Name: s; Type: SEQUENCE; Schema: public; Owner: postgres
--

CREATE SEQUENCE public.s
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


ALTER TABLE public.s OWNER TO postgres;

--
-- Data for Name: orders; Type: TABLE DATA; Schema: public; Owner: postgres
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
-- Name: s; Type: SEQUENCE SET; Schema: public; Owner: postgres
--

SELECT pg_catalog.setval('public.s', 1, false);


--
-- Name: orders orders_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres
--

ALTER TABLE ONLY public.orders
    ADD CONSTRAINT orders_pkey PRIMARY KEY (id);


--
-- Name: orders_note_idx; Type: INDEX; Schema: public; Owner: postgres
--

CREATE INDEX orders_note_idx ON public.orders USING btree (note);


--
-- PostgreSQL database dump complete
--

\unrestrict nuJeMBcardARdDTJ0wxcq4uO4R7LMhQsowuwrGwZHJGpWTeShOvuiZXcTaZ2QWD

