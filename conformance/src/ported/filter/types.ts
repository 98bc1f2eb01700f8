import type { PortedCase, PortedSuite } from "../case.ts";
import { filterSuite, loading, loadingOf } from "./filter-case.ts";

const hexadecimal = ["bcontains", "bstartswith"];
const lists: ReadonlySet<string> = new Set(["in", "intersects", "pmatch"]);
const equality = ["=", "==", "!=", "in", "intersects"];
const ordering = ["<", "<=", ">", ">="];
const textual = ["contains", "icontains", "startswith", "endswith", "glob", "iglob", "regex", "pmatch"];
const everyOperator = [...equality, ...ordering, ...textual, ...hexadecimal];

/** A field of each type, a value that fits it, and the operators that do. */
const types: readonly (readonly [field: string, value: string, operators: readonly string[]])[] = [
  ["evt.rawtime", "1", [...equality, ...ordering]],
  ["evt.is_io", "true", equality],
  ["evt.buffer", "word", [...equality, "contains", "startswith", "endswith", ...hexadecimal]],
  ["fd.name", "7", [...equality, ...ordering, ...textual]],
  ["evt.arg.path", "7", [...equality, ...ordering, ...textual]],
  ["thread.cpu", "1", [...equality, ...ordering]],
  ["evt.cpu", "1", [...equality, ...ordering]],
  ["fd.dev", "1", [...equality, ...ordering]],
  ["proc.pid", "1", [...equality, ...ordering]],
  ["fd.ip", "10.0.0.1", equality],
  ["fd.cip", "fe80::1", equality],
  ["fd.net", "10.0.0.0/8", equality],
  ["fd.snet", "fe80::/10", equality],
  ["fd.port", "443", [...equality, ...ordering]],
  ["proc.pid.ts", "1", [...equality, ...ordering]],
  ["evt.count", "1", [...equality, ...ordering]],
  ["user.uid", "1", [...equality, ...ordering]],
  ["evt.num", "1", [...equality, ...ordering]],
  ["evt.rawarg.fd", "1", [...equality, ...ordering]],
  ["fd.types", "file", ["in", "intersects"]],
  ["len(fd.types)", "1", [...equality, ...ordering]],
  ["len(fd.name)", "1", [...equality, ...ordering]],
  ["tolower(fd.name)", "7", [...equality, ...ordering, ...textual]],
  ["b64(evt.buffer)", "word", [...equality, "contains", "startswith", "endswith", ...hexadecimal]],
];

function conditionsOf(field: string, value: string, fitting: readonly string[]): readonly PortedCase[] {
  const cases = everyOperator.map((operator) => {
    // What takes only numbers gets one, so that it is not the syntax that is wrong.
    const plain = ordering.includes(operator) && !/^[0-9]+$/.test(value) ? "1" : value;
    const written = hexadecimal.includes(operator) ? "303000" : lists.has(operator) ? `(${plain})` : plain;
    return loadingOf(fitting.includes(operator), `${field} ${operator} ${written}`);
  });
  return [loadingOf(true, `${field} exists`), ...cases];
}

const operatorsOfTypes = filterSuite(
  "operators that types of fields have",
  types.flatMap((type) => conditionsOf(...type)),
);

const hexIsRead = "hexadecimal numbers parse in Falco, and are no number to any of its types";
const noLimit =
  "a number that the field cannot hold is an error; Falco takes the nearest, or what is left of it";

const values = filterSuite("values that types of fields have", [
  ...loading(
    true,
    "fd.num = -1",
    "fd.num = +1",
    "fd.num = 007",
    'fd.num = "3"',
    "fd.num = ' 3'",
    "fd.num in (1, '2', 3)",
    "fd.num in ()",
    "fd.num = 9223372036854775807",
    "fd.num = -9223372036854775808",
    "evt.num = 18446744073709551615",
    "evt.cpu = 32767",
    "user.uid = 4294967295",
    "thread.cpu > -1",
    "fd.port = 0",
    "fd.port = 00443",
    "fd.port = 65535",
    "fd.port = ssh",
    "fd.port in (http, https, 8080, www, domain)",
    "fd.port = ''",
    "evt.is_io = false",
    "evt.is_io in (true, false)",
    "evt.is_io = 'true'",
    "fd.cip = 255.255.255.255",
    "fd.cip = ::",
    "fd.cip = 2001:DB8::a",
    "fd.cip in (10.0.0.1, ::1, '10.0.0.2')",
    "fd.cnet = 0.0.0.0/0",
    "fd.cnet in (10.0.0.0/8, fe80::/10, ::1/128)",
    "fd.cnet = 10.1.2.3/8",
    "fd.name = ''",
    `fd.name = ${"x".repeat(255)}`,
    `fd.name = ${"é".repeat(127)}`,
    `evt.buffer contains ${"x".repeat(255)}`,
    `evt.buffer bcontains ${"00".repeat(255)}`,
    "evt.buffer bcontains aAbB09",
  ),
  ...loading(
    false,
    "fd.num = 3.0",
    "fd.num > 1.5",
    "fd.num = 1e3",
    "fd.num = three",
    "fd.num = ''",
    "fd.num = '3 '",
    "fd.num = 3x",
    "fd.num = --3",
    "fd.num = +-3",
    "fd.num in (1, two)",
    "fd.num = 1,2",
    "thread.cpu = 1.0",
    "evt.rawtime = yesterday",
    "fd.port = -1",
    "fd.port = +80",
    "fd.port = nosuchservice",
    "fd.port = HTTP",
    "fd.port in (80, nosuchservice)",
    "evt.is_io = 1",
    "evt.is_io = yes",
    "evt.is_io = True",
    "evt.is_io = ''",
    "evt.is_io in (true, 0)",
    "fd.cip = 10.0.0",
    "fd.cip = 10.0.0.256",
    "fd.cip = 10.0.0.01",
    "fd.cip = 10.0.0.1/32",
    "fd.cip = localhost",
    "fd.cip = ''",
    "fd.cip = 1:2:3:4:5:6:7:8:9",
    "fd.cip = 1::2::3",
    "fd.cip = 12345::",
    "fd.cip in (10.0.0.1, x)",
    "fd.cnet = 10.0.0.0",
    "fd.cnet = 10.0.0.0/33",
    "fd.cnet = 10.0.0.0/",
    "fd.cnet = 10.0.0.0/a",
    "fd.cnet = 10.0.0.0/8/8",
    "fd.cnet = /8",
    "fd.cnet = fe80::/129",
    "fd.cnet = fe80::",
    `fd.name = ${"x".repeat(256)}`,
    `fd.name = ${"é".repeat(128)}`,
    `fd.name in (a, ${"x".repeat(256)})`,
    `fd.name regex ${"x".repeat(256)}`,
    `evt.buffer contains ${"x".repeat(256)}`,
    `evt.buffer bcontains ${"00".repeat(256)}`,
    "evt.buffer bstartswith g",
    "evt.buffer bstartswith 123Z",
    "evt.buffer bstartswith abc_1",
    "evt.buffer bcontains 2",
  ),
  loadingOf(false, "fd.num = 0x10", { differs: hexIsRead }),
  loadingOf(false, "evt.num > 0X1f", { differs: hexIsRead }),
  loadingOf(true, "fd.num = 99999999999999999999", { differs: noLimit }),
  loadingOf(true, "evt.num > -1", { differs: noLimit }),
  loadingOf(true, "evt.cpu = 32768", { differs: noLimit }),
  loadingOf(true, "user.uid = 4294967296", { differs: noLimit }),
  loadingOf(true, "fd.port = 65536", { differs: noLimit }),
  loadingOf(true, "fd.cnet = 10.0.0.0/256", { differs: noLimit }),
  loadingOf(false, "fd.cip = ::ffff:10.0.0.1", {
    differs:
      "what has a dot is an IPv4 address to Falco; ours is one of IPv6 that ends like one, as it is printed",
  }),
  loadingOf(false, "fd.cnet = ::/0", { differs: "every IPv6 address, as 0.0.0.0/0 is every IPv4 one" }),
]);

const noReader =
  "Falco's code has no way to read a value of its type, so it can only ask whether there is one";

const rawTypes = filterSuite("raw arguments that Falco cannot compare", [
  ...loading(true, "evt.rawarg.data exists", "evt.rawarg.tuple exists", "evt.rawarg.sig exists"),
  loadingOf(false, "evt.rawarg.data contains a", { differs: noReader }),
  loadingOf(false, "evt.rawarg.tuple = a", { differs: noReader }),
  loadingOf(false, "evt.rawarg.euid = 0", { differs: noReader }),
  loadingOf(false, "evt.rawarg.sig = 9", { differs: noReader }),
]);

const neverMatches = "it is an error; in Falco the rule loads, and never matches";

const patterns = filterSuite("regular expressions that load", [
  ...loading(true, "fd.name regex '/home/.*/dev'", "fd.name regex ''", "fd.name regex 'a**'"),
  ...loading(true, "fd.name regex '[[:alpha:]]+'", "fd.name regex '\\\\d+'"),
  loadingOf(true, "fd.name regex '('", { differs: neverMatches }),
  loadingOf(true, "fd.name regex 'a{2,1}'", { differs: neverMatches }),
  loadingOf(true, "fd.name regex '*a'", { differs: neverMatches }),
  loadingOf(true, "fd.name regex '[z-a]'", { differs: neverMatches }),
  loadingOf(true, "fd.name regex 'a{1001}'", { differs: neverMatches }),
  loadingOf(true, "fd.name regex '(a{999}){999}'", { differs: neverMatches }),
]);

/** Which operators and values fit which fields. */
export const typeSuites: readonly PortedSuite[] = [operatorsOfTypes, values, rawTypes, patterns];
