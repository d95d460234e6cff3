# SPDX-License-Identifier: Apache-2.0
"""Rows that are converted to COPY's binary format must be stored as the server stores their text."""
import datetime
import itertools
import math
import random
import struct
import subprocess

import pytest

import harness

N = 3000  # random values of each kind

RECEIVE = {"numeric": "numeric_recv", "uuid": "uuid_recv", "date": "date_recv", "time": "time_recv",
           "timestamp": "timestamp_recv", "timestamptz": "timestamptz_recv", "json": "json_recv", "jsonb": "jsonb_recv",
           "boolean": "boolrecv", "char": "bpcharrecv", "mood": "enum_recv"}


@pytest.fixture(scope="module")
def convert():
    """convert(types, text): the rows as the converter makes them, and those that it is stuck at."""
    tool = harness.built_tool("convert_rows")
    if tool is None:
        pytest.skip("convert_rows isn't built beside the program")

    def run(types, text):
        names = [type_name.split("(")[0] for type_name in types]
        done = subprocess.run([tool, *(RECEIVE.get(name, name + "recv") for name in names)], input=text,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=harness.TIMEOUT)
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout, done.stderr.splitlines(keepends=True)

    return run


class Tables:
    """Two tables of the same columns, in a database of their own."""

    def __init__(self, pg, types, convert):
        self.pg, self.types, self.run_converter = pg, types, convert
        self.names = ", ".join(f"c{n}" for n, _ in enumerate(types))
        columns = ", ".join(f"c{n} {name}" for n, name in enumerate(types))
        self.db = pg.create_db(sql=f"create type mood as enum ('sad', 'ok', 'Ünï', 'back\\slash');"
                                   f"create table a ({columns}, line serial); create table b ({columns}, line serial)")

    def copy_in(self, table, data, options=""):
        self.pg.tool("psql", "-qX", "-v", "ON_ERROR_STOP=1", "-d", self.db, "-c", f"truncate {table}",
                     "-c", f"copy {table} ({self.names}) from stdin {options}", stdin=None, input=data,
                     stdout=subprocess.DEVNULL)

    def copy_out(self, table, options="", settings=""):
        return self.pg.tool("psql", "-qX", "-v", "ON_ERROR_STOP=1", "-d", self.db, "-c", f"{settings};",
                            "-c", f"copy (select {self.names} from {table} order by line) to stdout {options}",
                            stdout=subprocess.PIPE).stdout

    def check(self, lines, stuck=(), exact=True):
        """The server stores of these lines what it stores of the converter's rows; those to be stuck are. What the
        server writes of them can be converted again. Exact: nothing is left to a length or precision of the columns."""
        binary, left = self.run_converter(self.types, b"".join(lines))
        assert left == list(stuck)
        stuck = set(stuck)
        self.copy_in("a", b"".join(line for line in lines if line not in stuck))
        self.copy_in("b", binary, "(format binary)")
        stored = self.copy_out("a", "(format binary)")
        if stored != self.copy_out("b", "(format binary)"):
            pytest.fail(self.difference("b"))
        if exact and stored != binary:
            pytest.fail("the server would write other bytes")
        self.check_written(stored)

    def check_written(self, stored, settings=""):
        """What the server writes of table a can be converted."""
        binary, left = self.run_converter(self.types, self.copy_out("a", settings=settings))
        assert left == []
        if binary != stored:
            self.copy_in("b", binary, "(format binary)")
            pytest.fail(f"{settings}: {self.difference('b')}")

    def difference(self, table):
        rows = zip(self.copy_out("a").splitlines(), self.copy_out(table).splitlines())
        different = next(((old, new) for old, new in rows if old != new), "a difference that text doesn't show")
        return f"from text, and as converted: {different}"


@pytest.fixture
def tables(pg, convert):
    made = []

    def make(*types):
        made.append(Tables(pg, types, convert))
        return made[-1]

    yield make
    for one in made:
        pg.drop_db(one.db)


def lines(values):
    return [f"{value}\n".encode() for value in values]


@pytest.mark.parametrize("type_name, low, high", [
    ("int2", -2 ** 15, 2 ** 15 - 1), ("int4", -2 ** 31, 2 ** 31 - 1), ("int8", -2 ** 63, 2 ** 63 - 1),
    ("oid", 0, 2 ** 32 - 1)])
def test_integers(tables, type_name, low, high):
    chance = random.Random(1)
    values = [low, low + 1, -1 if low else 1, 0, 1, high - 1, high, "007", "00"] + ["-0", "-012"] * (low < 0)
    values += [power + more for power in (10 ** n for n in range(19)) for more in (-1, 0) if power <= high]
    values += [chance.randint(low, high) >> chance.randint(0, 62) for _ in range(N)]
    stuck = lines([low - 1, high + 1, high * 10, 10 ** 40])
    tables(type_name).check(lines(values) + stuck, stuck)


def test_bool(tables):
    tables("boolean").check([b"t\n", b"f\n", b"\\N\n"] * 3 + [b"true\n"], [b"true\n"])


def decimal_digits(chance, longest):
    return "".join(chance.choice(("0123456789", "0", "09", "5")[n // 5 % 4]) for n in range(chance.randint(1, longest)))


def numerics(chance, longest):
    for _ in range(N):
        sign = chance.choice(("", "-"))
        whole = chance.choice(("0", "", "0" * 5)) + decimal_digits(chance, longest)
        yield sign + whole + chance.choice(("", "." + decimal_digits(chance, longest)))


def test_numeric(tables):
    chance = random.Random(2)
    values = ["0", "-0", "0.0", "-0.00", "000.5", "1" + "0" * 999, "0." + "0" * 998 + "1", "9" * 500 + "." + "9" * 500]
    values += [f"{'1' * whole}.{'2' * fraction}" for whole in range(1, 20) for fraction in range(1, 20)]
    values += [f"0.{'0' * zeros}{digits}{'0' * more}" for zeros in range(14) for digits in (1, 12, 1234, 12345)
               for more in range(6)]
    values += [f"{digits}{'0' * zeros}" for zeros in range(14) for digits in (1, 12, 1234, 12345)]
    values += [*numerics(chance, 12), *numerics(chance, 40)]
    stuck = lines(["NaN", "Infinity", "-Infinity", "1e5", "1" * 1001, "1" + "." + "1" * 1000])
    tables("numeric").check(lines(values) + stuck, stuck)


def test_numeric_of_a_precision(tables):
    values = lines(numerics(random.Random(3), 9)) + lines(["999999999.995", "-0.004", "0.005", "-0.005", "0.0049999"])
    made = tables("numeric(20,2)")
    made.check(values, exact=False)
    assert made.pg.psql("select count(*) from a where scale(c0) <> 2", db=made.db) == "0"
    tables("numeric(30,15)").check(values, exact=False)
    tables("numeric(18,0)").check(values, exact=False)


def floats(chance, code, least):
    """Of random bits; not below `least`, where numbers lose bits."""
    while True:
        value, = struct.unpack("=" + code, chance.randbytes(struct.calcsize("=" + code)))
        if math.isfinite(value) and abs(value) >= least:
            yield value


def halves(chance, bits):
    """Numbers in the middle between two floats of so many bits, and a little beside it."""
    for _ in range(N // 3):
        odd = 2 ** bits + 2 * chance.randrange(2 ** (bits - 1)) + 1
        down = chance.randrange(0, 8)
        whole, fraction = divmod(odd, 2 ** down)
        text = f"{whole}." + f"{fraction * 10 ** 8 // 2 ** down:08d}"
        yield from (text, text + "0001", f"{odd}.0000000001", f"{odd}", f"{odd}.{'0' * 30}1", f"{odd * 3}e-5")


@pytest.mark.parametrize("type_name, code, bits, least, great", [
    ("float4", "f", 24, 2.0 ** -126, "3.4028235e+38"), ("float8", "d", 53, 2.0 ** -1022, "1.7976931348623157e+308")])
def test_floats(tables, type_name, code, bits, least, great):
    chance = random.Random(4)
    values = ["0", "-0", "0.0", "-0.000", "1", "1e0", "1e+00", "-1.50e-1", great, "-" + great, repr(least), "1" * 35,
              "0." + "0" * 30 + "1", "18446744073709551615", "18446744073709551616", "1.8446744073709551615", "1e22",
              "1844674407370955161.0", "0.1000000000000000055511151231257827", "0.0000000000000000001", "1e-19"]
    for value in itertools.islice(floats(chance, code, least), N):
        values += [repr(value), f"{value:.5e}"]
    for _ in range(N):
        values += [f"{chance.uniform(-1000, 1000):.{chance.randint(1, 20)}f}", repr(chance.uniform(-1e6, 1e6)),
                   f"{chance.random():.7g}", str(chance.randint(-2 ** 70, 2 ** 70) >> chance.randint(0, 69))]
    values += halves(chance, bits)
    stuck = lines(["NaN", "Infinity", "-Infinity", "5e-324" if code == "d" else "1e-45", "1E5", ".5"])
    made = tables(type_name)
    made.check(lines(values) + stuck, stuck)
    made.check_written(made.copy_out("a", "(format binary)"), "set extra_float_digits = 3")


def days(chance, first=datetime.date.min, last=datetime.date.max):
    return datetime.date.fromordinal(chance.randint(first.toordinal(), last.toordinal()))


def fraction(chance):
    return chance.choice(("", "." + str(chance.randrange(10 ** 6)).zfill(6)[:chance.randint(1, 6)]))


def day_time(chance):
    return f"{chance.randrange(24):02d}:{chance.randrange(60):02d}:{chance.randrange(60):02d}{fraction(chance)}"


LEAP_DAYS = [f"{year:04d}-{day}" for year in (1, 4, 100, 400, 1600, 1900, 1999, 2000, 2004, 2100, 9999)
             for day in ("01-01", "02-28", "03-01", "12-31")] + ["0004-02-29", "1600-02-29", "2000-02-29", "9996-02-29"]


def test_dates(tables):
    chance = random.Random(5)
    month_ends = [day - datetime.timedelta(one) for day in (datetime.date(2023 + n // 12, n % 12 + 1, 1)
                                                            for n in range(1, 30)) for one in (0, 1)]
    values = LEAP_DAYS + month_ends + [days(chance) for _ in range(N)]
    stuck = lines(["infinity", "-infinity", "0044-03-15 BC", "10000-01-01", "5874897-12-31"])
    tables("date").check(lines(values) + stuck, stuck)


def test_times(tables):
    chance = random.Random(6)
    values = ["00:00:00", "23:59:59.999999", "00:00:00.1", "00:00:00.000001"]
    values = lines(values + [day_time(chance) for _ in range(N)])
    tables("time").check(values + [b"24:00:00\n"], [b"24:00:00\n"])
    tables("time(0)").check([line for line in values if not line.startswith(b"23:59:59")], exact=False)


TIMESTAMPS_STUCK = ["infinity", "-infinity", "0044-03-15 12:00:00{} BC", "10000-01-01 00:00:00{}",
                    "294276-12-31 23:59:59.999999{}", "2000-01-01 24:00:00{}", "2000-01-01 23:59:60{}",
                    "2000-01-01T00:00:00{}"]


def test_timestamps(tables):
    chance = random.Random(7)
    values = [f"{day} {time}" for day in LEAP_DAYS for time in ("00:00:00", "23:59:59.999999", "12:00:00.5")]
    values = lines(values + [f"{days(chance)} {day_time(chance)}" for _ in range(N)])
    stuck = lines(text.format("") for text in TIMESTAMPS_STUCK) + lines(["2000-01-01 00:00:00+00"])
    tables("timestamp").check(values + stuck, stuck)
    tables("timestamp(2)").check([line for line in values if b"9999-12-31 23:59:59.99" not in line], exact=False)


# Of half hours, of seconds (in former centuries), on both sides, with and without summer time.
ZONES = ("UTC", "Africa/Monrovia", "Asia/Kolkata", "Asia/Kathmandu", "America/St_Johns", "Pacific/Kiritimati",
         "Europe/Amsterdam", "Pacific/Apia", "Europe/Berlin", "Etc/GMT+12", "Australia/Lord_Howe")


def zone(chance):
    parts = [f"{chance.randrange(16):02d}", f"{chance.randrange(60):02d}", f"{chance.randrange(60):02d}"]
    return chance.choice("+-") + ":".join(parts[:chance.randint(1, 3)])


def test_timestamps_with_zones(tables):
    chance = random.Random(8)
    first, last = datetime.date(1, 1, 3), datetime.date(9999, 12, 29)
    values = [f"{days(chance, first, last)} {day_time(chance)}{zone(chance)}" for _ in range(N)]
    values += [f"{days(chance, datetime.date(1850, 1, 1), datetime.date(2040, 1, 1))} {day_time(chance)}{zone(chance)}"
               for _ in range(N)]
    values += ["2000-01-01 00:00:00+15:59:59", "2000-01-01 00:00:00-15:59:59", "2000-01-01 00:00:00-00"]
    stuck = lines(text.format("+00") for text in TIMESTAMPS_STUCK)
    stuck += lines(["2000-01-01 00:00:00", "2000-01-01 00:00:00+16"])
    made = tables("timestamptz")
    made.check(lines(values) + stuck, stuck)
    stored = made.copy_out("a", "(format binary)")
    for name in ZONES:
        made.check_written(stored, f"set timezone = '{name}'")
    assert b":30:" in made.copy_out("a", settings="set timezone = 'Africa/Monrovia'")
    # At the ends of the calendar the day in UTC is in another year, of another era.
    tables("timestamptz(3)").check(lines(["0001-01-02 00:00:00.0005+15:59:59", "9999-12-31 00:00:00.9994-12"]),
                                   exact=False)
    binary, left = made.run_converter(["timestamptz"], b"0001-01-01 00:00:00+12\n9999-12-31 23:59:59-12\n")
    made.copy_in("a", b"0001-01-01 00:00:00+12\n9999-12-31 23:59:59-12\n")
    assert left == [] and made.copy_out("a", "(format binary)") == binary


def test_uuid(tables):
    chance = random.Random(9)
    values = [f"{chance.getrandbits(128):032x}" for _ in range(N)]
    values = ["-".join((v[:8], v[8:12], v[12:16], v[16:20], v[20:])) for v in values]
    values += [value.upper() for value in values[:100]]
    stuck = lines(["a0eebc999c0b4ef8bb6d6bb9bd380a11", "{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}"])
    tables("uuid").check(lines(values) + stuck, stuck)


def test_bytea(tables):
    chance = random.Random(10)
    values = ["", "00", bytes(range(256)).hex(), "AbCd"]
    values += [chance.randbytes(chance.randrange(200)).hex() for _ in range(N)]
    made = tables("bytea")
    made.check(lines("\\\\x" + value for value in values))
    written = made.copy_out("a", settings="set bytea_output = escape").splitlines(keepends=True)
    assert made.run_converter(["bytea"], b"".join(written))[1] == written


def escaped_text():
    """Every escape there is, and every byte, with something around them."""
    for around in (b"%s", b"a%s", b"0123456%sz", b"%s7", b"%sg", "ä%s🎈".encode(), b"\\\\%s\\\\"):
        for code in range(1, 128):
            forms = [b"\\%03o" % code, b"\\x%02X" % code]
            if around != b"%s7":
                forms += [b"\\%o" % code, b"\\x%x" % code]
            if code not in b"\t\n\r\\":
                forms.append(b"%c" % code)
            if code not in b"\r.01234567":
                forms.append(b"\\%c" % code)
            yield from (around % form for form in forms)
    yield from ("\\ä".encode(), b"", b"\\\\.", b"\\\\N", b"\\N", b"N", b"\\\\\\\\", b"\\\\\\N", b"x\\N", b"\\Nx")


def random_text(chance):
    letters = "abc\\\t\n\r\b\f\v '\"{}[]:,~\x01\x1f\x7fÄß€🎈]!"
    text = "".join(chance.choice(letters) for _ in range(chance.randrange(60)))
    return text.translate({9: "\\t", 10: "\\n", 13: "\\r", 8: "\\b", 12: "\\f", 11: "\\v", 92: "\\\\"})


@pytest.mark.parametrize("type_name", ["text", "varchar"])
def test_text(tables, type_name):
    chance = random.Random(11)
    values = [text + b"\n" for text in escaped_text()] + lines(random_text(chance) for _ in range(N))
    values.append(b"long " * 100000 + b"\n")
    stuck = [b"\\0\n", b"\\x00\n", b"a\\344\n", b"\\xE4\n", b"\\400\n", b"a\\.b\n"]
    tables(type_name).check(values + stuck, stuck)


def test_text_of_a_length(tables):
    values = lines(["", "a", "abc", "abc   ", "  ", "äöü", "🎈🎈🎈", "abc\\t", "\\\\\\\\"])
    tables("varchar(3)").check([value for value in values if value != b"abc\\t\n"], exact=False)
    tables("char(3)").check([value for value in values if value != b"abc\\t\n"], exact=False)
    tables("char(10)").check(values, exact=False)


def test_enum(tables):
    tables("mood").check(lines(["sad", "ok", "Ünï", "back\\\\slash", "\\N"]) * 50)


def test_json(tables):
    chance = random.Random(12)
    values = [r'{"a": "b\\n\\t\\"\\\\ \\u00e4 ä"}', "[1, -2.50, 1e3, null, true]", '"🎈"', "{}",
              r'{"b":\t1, "a":\n2, "b": 3}']
    for n in range(N):
        values.append('{"%d": [%s]}' % (n, ", ".join(str(chance.random()) for _ in range(chance.randrange(5)))))
    tables("json").check(lines(values))
    # Its own text is in another order than what was read: so the bytes differ, but not what is stored.
    tables("jsonb").check(lines(values), exact=False)


def test_rows_of_all_types(tables):
    types = ("int8", "int2", "text", "timestamptz", "numeric(12,2)", "uuid", "jsonb", "bytea", "boolean", "float8",
             "float4", "date", "time", "timestamp", "oid", "mood", "char(5)", "json", "varchar")
    made = tables(*types)
    made.pg.psql("""
        insert into a
        select i, i % 30000, repeat(E'a\\\\\\n\\tb', i % 7), now() - i * interval '1.23456 days', i * 1.1,
               md5(i::text)::uuid, jsonb_build_object('i', i, 't', E'\\n'), decode(md5(i::text), 'hex'), i % 2 = 0, i / 7.0, i / 3.0,
               current_date - i, time '00:00' + i * interval '1.1 sec',
               timestamp '2000-01-01' + i * interval '3.3 hours', i, 'ok', i % 10000, '{"a" : 1}', '' || i
          from generate_series(1, 5000) i;
        insert into a (c0) values (1);
        insert into a (c18) values ('last');
        insert into a select from generate_series(1, 10);""", db=made.db)
    stored = made.copy_out("a", "(format binary)")
    made.check_written(stored)
    made.check_written(stored, "set timezone = 'Asia/Kolkata'")
