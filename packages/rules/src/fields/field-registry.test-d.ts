import { createFieldRegistry } from "../index.ts";

const fields = createFieldRegistry();

fields.register({ name: "a.b", type: "string", description: "d", read: () => "text" });
fields.register({ name: "a.c", type: "time", description: "d", read: ({ timeNs }) => timeNs });
fields.register({ name: "a.d", type: "port", many: "either", description: "d", read: () => [1, 2] });
fields.register({
  name: "a.e",
  type: "number",
  argument: "index",
  description: "d",
  read: (_, index) => index,
});
fields.register({ name: "a.f", type: "string", argument: "word", description: "d", read: (_, word) => word });

// @ts-expect-error a number field reads numbers
fields.register({ name: "b.a", type: "number", description: "d", read: () => "text" });
// @ts-expect-error times are bigint
fields.register({ name: "b.b", type: "time", description: "d", read: () => 5 });
// @ts-expect-error a field of several values reads several
fields.register({ name: "b.c", type: "string", many: "any", description: "d", read: () => "one" });
// @ts-expect-error without an argument there is none to read
fields.register({ name: "b.d", type: "number", description: "d", read: (_, index: number) => index });
// @ts-expect-error there is no such type
fields.register({ name: "b.e", type: "text", description: "d", read: () => "text" });
