import { createFieldRegistry, type FieldRegistry } from "@sentrytap/rules";
import type { PortedSuite } from "../case.ts";
import { Box } from "./box.ts";
import { filterSuite, loadingOf, verdictsOf } from "./filter-case.ts";

/** Any event: the fields below say the same of each. */
const anything = (): ReturnType<Box["open"]> => new Box().open("/a", 3);

/** Fields whose values are known. */
function madeUpFields(): FieldRegistry {
  const fields = createFieldRegistry();
  const add = fields.register.bind(fields);
  const description = "Made up.";
  add({ name: "made.yes", type: "number", description, read: () => 1 });
  add({ name: "made.no", type: "number", description, read: () => 0 });
  add({ name: "made.none", type: "string", description, read: () => undefined });
  add({ name: "made.empty", type: "string", description, read: () => "" });
  add({ name: "made.word", type: "string", description, read: () => "Marmot" });
  add({ name: "made.same", type: "string", description, read: () => "Marmot" });
  add({ name: "made.single", type: "string", description, read: () => "say 'Marmot'" });
  add({ name: "made.double", type: "string", description, read: () => 'say "Marmot"' });
  add({ name: "made.control", type: "string", description, read: () => "a\b\f\n\r\t\\/" });
  add({ name: "made.accents", type: "string", description, read: () => "Été à Ōsaka 🐚" });
  add({ name: "made.bytes", type: "bytes", description, read: () => "Mar\0mot\xff" });
  add({ name: "made.encoded", type: "string", description, read: () => "TWFybW90" });
  add({ name: "made.padded", type: "string", description, read: () => "TWFybW90cw==" });
  add({ name: "made.broken", type: "string", description, read: () => "TWFy bW90" });
  add({ name: "made.long", type: "string", description, read: () => "m".repeat(300) });
  add({ name: "made.path", type: "string", description, read: () => "/srv/Data/café.txt" });
  add({ name: "made.directory", type: "string", description, read: () => "/srv/" });
  add({ name: "made.list", type: "string", many: "list", description, read: () => ["hare", "Marmot"] });
  add({
    name: "made.more",
    type: "string",
    many: "list",
    description,
    read: () => ["Marmot", "hare", "ibex"],
  });
  add({ name: "made.nothing", type: "string", many: "list", description, read: () => [] });
  add({ name: "made.numbers", type: "unsigned", many: "list", description, read: () => [7, 8, 9] });
  return fields;
}

const fields = madeUpFields();

const negations = filterSuite(
  "and, or and not",
  verdictsOf(
    "made-up fields",
    anything,
    [
      [true, "made.yes = 1"],
      [false, "made.no = 1"],
      [false, "not made.yes = 1"],
      [false, "not(made.yes = 1)"],
      [true, "not not made.yes = 1"],
      [true, "not not(made.yes = 1)"],
      [true, "not (not made.yes = 1)"],
      [false, "not not not made.yes = 1"],
      [false, "not not not(made.yes = 1)"],
      [false, "not (not (not made.yes = 1))"],
      [false, "not(not(not made.yes = 1))"],
      [true, "not not not not made.yes = 1"],
      [true, "not not(not not made.yes = 1)"],
      [true, "made.yes = 1 and made.yes = 1"],
      [false, "made.yes = 1 and made.no = 1"],
      [false, "made.no = 1 and made.yes = 1"],
      [false, "made.no = 1 and made.no = 1"],
      [false, "made.yes = 1 and not made.yes = 1"],
      [false, "not made.yes = 1 and made.yes = 1"],
      [true, "made.yes = 1 or made.yes = 1"],
      [true, "made.yes = 1 or made.no = 1"],
      [true, "made.no = 1 or made.yes = 1"],
      [false, "made.no = 1 or made.no = 1"],
      [true, "made.no = 1 or not made.no = 1"],
      [true, "not made.no = 1 or made.no = 1"],
      [true, "made.yes = 1 or made.yes = 1 and made.no = 1"],
      [false, "(made.yes = 1 or made.yes = 1) and made.no = 1"],
      [true, "made.no = 1 and made.no = 1 or made.yes = 1"],
      [false, "made.no = 1 and (made.no = 1 or made.yes = 1)"],
      [true, "not (not (made.yes = 1 or made.yes = 1) and made.no = 1)"],
      [false, "not (made.no = 1 or made.no = 1 or made.yes = 1)"],
      [true, "not (made.no = 1 or made.no = 1 and not made.yes = 1)"],
      [false, "not (made.no = 1 or not made.no = 1 and made.yes = 1)"],
      [false, "not ((made.no = 1 or not (made.no = 1 and not made.yes = 1)) and made.yes = 1)"],
    ],
    fields,
  ),
);

const quoting = filterSuite(
  "quotes and escapes, compared",
  verdictsOf(
    "made-up fields",
    anything,
    [
      [true, "made.single = 'say \\'Marmot\\''"],
      [true, "made.single = \"say 'Marmot'\""],
      [true, "made.double = 'say \"Marmot\"'"],
      [true, 'made.double = "say \\"Marmot\\""'],
      [false, "made.single = 'say \\\\'Marmot\\\\''"],
      [false, "made.single = \"say ''Marmot''\""],
      [false, 'made.double = "say \\\\"Marmot\\\\""'],
      [false, 'made.double = \'say ""Marmot""\''],
      [true, 'made.control = "a\\b\\f\\n\\r\\t\\\\\\/"'],
      [true, 'made.control endswith "\\ /"'],
      [false, 'made.control = "abfnrt"'],
      [true, "made.word = Marmot"],
      [true, 'made.word = "Marmot"'],
      [true, "made.word = 'Marmot'"],
      [false, "made.word = marmot"],
      [false, "made.word = 'Marmot '"],
      [true, "made.empty = ''"],
      [false, "made.empty != ''"],
    ],
    fields,
  ),
);

const strings = filterSuite(
  "strings, compared",
  verdictsOf(
    "made-up fields",
    anything,
    [
      [true, "made.word != marmot"],
      [true, "made.word contains arm"],
      [false, "made.word contains ARM"],
      [true, "made.word contains ''"],
      [true, "made.word icontains ARM"],
      [false, "made.word icontains arms"],
      [true, "made.word startswith Mar"],
      [false, "made.word startswith mar"],
      [true, "made.word startswith ''"],
      [true, "made.word endswith mot"],
      [false, "made.word endswith Marmots"],
      [true, "made.word glob M*t"],
      [true, "made.word glob 'M[a-c]??o?'"],
      [false, "made.word glob m*"],
      [false, "made.word glob armo"],
      [true, "made.word iglob m*T"],
      [true, "made.word in (marmot, Marmot)"],
      [false, "made.word in ()"],
      [false, "made.word intersects (marmot)"],
      [true, "made.word intersects (marmot, Marmot)"],
      [true, "made.word > 7"],
      [false, "made.word < 7"],
      [true, "made.word <= val(made.same)"],
      [true, "made.word >= val(made.path)"],
      [true, "made.empty = '' and made.empty in ('') and made.empty exists"],
      [false, "made.none = ''"],
      [false, "made.none != ''"],
      [false, "made.none exists"],
      [true, "not made.none exists"],
      [false, "made.none in ('')"],
      [false, "made.none startswith ''"],
      [false, "made.none pmatch ('')"],
      [true, "made.long startswith mmm"],
      [false, "made.long = m"],
      [true, "made.accents contains 'à Ō'"],
      [false, "made.accents icontains 'ÉTÉ'"],
      [true, "made.accents icontains 'SAKA'"],
      [false, "made.accents startswith 'été'"],
      [true, "made.path glob '*caf??.txt'"],
      [false, "made.path glob '*caf?.txt'"],
      [true, "made.path glob '/srv/*.txt'"],
      [false, "made.path iglob '/SRV/DATA/CAFÉ.TXT'"],
      [true, "made.path iglob '/SRV/DATA/CAFé.TXT'"],
      [true, "made.path regex '.*caf.\\\\.txt'"],
      [true, "made.path pmatch (/srv)"],
      [true, "made.path pmatch (/srv/)"],
      [true, "made.path pmatch (srv)"],
      [true, "made.path pmatch (/)"],
      [true, "made.path pmatch ('')"],
      [false, "made.path pmatch ()"],
      [false, "made.path pmatch (/sr)"],
      [false, "made.path pmatch (/srv/data)"],
      [true, "made.path pmatch (/srv/[CD]ata)"],
      [true, "made.path pmatch (/x, /srv/Data/café.txt)"],
      [false, "made.path pmatch (/srv/Data/café.txt/x)"],
    ],
    fields,
  ),
);

const bytes = filterSuite(
  "data, compared",
  verdictsOf(
    "made-up fields",
    anything,
    [
      [true, "made.bytes contains mot"],
      [true, "made.bytes startswith Mar"],
      [false, "made.bytes = Mar"],
      [true, "made.bytes != Mar"],
      [true, "made.bytes bcontains 72006d"],
      [true, "made.bytes bcontains FF"],
      [true, "made.bytes bstartswith 4d6172"],
      [false, "made.bytes bstartswith 6172"],
      [false, "made.bytes bcontains 72016d"],
      [false, "made.bytes endswith mot"],
      [true, "len(made.bytes) = 8"],
      [false, "made.bytes in (Mar, mot)"],
    ],
    fields,
  ),
);

const lists = filterSuite("lists, compared", [
  ...verdictsOf(
    "made-up fields",
    anything,
    [
      [false, "made.list in (hare)"],
      [true, "made.list in (hare, Marmot)"],
      [true, "made.list in (ibex, Marmot, hare)"],
      [true, "made.list intersects (hare)"],
      [true, "made.list intersects (ibex, Marmot)"],
      [false, "made.list intersects (ibex)"],
      [false, "made.list intersects ()"],
      [false, "made.list in ()"],
      [true, "made.list exists"],
      [true, "made.list in val(made.more)"],
      [false, "made.more in val(made.list)"],
      [true, "made.more intersects val(made.list)"],
      [false, "made.nothing intersects val(made.list)"],
      [true, "tolower(made.list) in (hare, marmot)"],
      [false, "tolower(made.list) intersects (Marmot)"],
      [true, "len(made.list) = 2"],
      [true, "len(made.nothing) = 0"],
      [true, "len(made.numbers) >= 3"],
      [true, "made.numbers in (9, 8, 7, 6)"],
      [true, "made.numbers intersects (1, 7)"],
      ["error", "made.list = hare"],
      ["error", "made.list != hare"],
      ["error", "made.list contains hare"],
      ["error", "made.list pmatch (hare)"],
      ["error", "made.list = val(made.word)"],
      ["error", "made.list in val(made.word)"],
      ["error", "made.word in val(made.list)"],
      ["error", "made.word = val(made.list)"],
      ["error", "made.list in val(made.numbers)"],
      ["error", "tolower(made.numbers) in (7)"],
    ],
    fields,
  ),
]);

const functions = filterSuite("functions, evaluated", [
  ...verdictsOf(
    "made-up fields",
    anything,
    [
      [true, "toupper(made.word) = MARMOT"],
      [true, "tolower(made.word) = marmot"],
      [true, "tolower(toupper(made.word)) = marmot"],
      [true, "toupper(toupper(made.word)) = MARMOT"],
      [true, "toupper(made.word) = toupper(made.same)"],
      [true, "toupper(made.word) = toupper(tolower(made.same))"],
      [false, "toupper(made.word) = val(made.same)"],
      [true, "made.word = val(made.same)"],
      [true, "made.word in val(made.same)"],
      [false, "made.word = val(made.encoded)"],
      [false, "made.word = val(made.none)"],
      [false, "made.none = val(made.none)"],
      [false, "made.word != val(made.none)"],
      [true, "tolower(made.empty) = ''"],
      [true, "toupper(made.accents) startswith 'ÉTé'"],
      [true, "b64(made.encoded) = Marmot"],
      [true, "b64(made.encoded) = b64(made.encoded)"],
      [true, "b64(made.encoded) = val(made.word)"],
      [true, "b64(made.padded) = Marmots"],
      [true, "b64(made.empty) = ''"],
      [false, "b64(made.broken) exists"],
      [false, "b64(made.broken) != x"],
      [false, "b64(made.word) exists"],
      [false, "tolower(made.none) exists"],
      [true, "basename(made.path) = café.txt"],
      [false, "basename(made.path) = /srv/Data/café.txt"],
      [true, "basename(made.directory) = ''"],
      [true, "basename(made.word) = Marmot"],
      [true, "basename(made.empty) = ''"],
      [true, "toupper(basename(made.path)) = CAFé.TXT"],
      [true, "len(made.word) = 6"],
      [true, "len(made.path) = 19"],
      [true, "len(basename(made.path)) > 8"],
      [true, "len(made.empty) = 0"],
      [false, "len(made.none) = 0"],
      [true, "len(made.word) = len(made.same)"],
      [true, "len(made.word) in (5, 6)"],
      [true, "len(b64(made.encoded)) = 6"],
    ],
    fields,
  ),
  loadingOf(true, "made.word = val(made.long)", { fields }),
]);

/** What conditions say of events, whatever the event. */
export const evaluationSuites: readonly PortedSuite[] = [
  negations,
  quoting,
  strings,
  bytes,
  lists,
  functions,
];
