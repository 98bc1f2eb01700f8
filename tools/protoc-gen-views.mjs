#!/usr/bin/env node
// The protoc plugin that generates the lazy views of @sentrytap/wire: for every message a class that finds the offsets
// of its fields in one pass, checking as it goes, and reads a field only when asked.
//
// The pass accepts and refuses exactly what fromBinary of protobuf-es does; like it, it reads a known field by the
// field's type, whatever wire type the tag claims.
import { ScalarType } from "@bufbuild/protobuf";
import { createEcmaScriptPlugin, runNodeJs } from "@bufbuild/protoplugin";

/** Which message each message type carries; types that are missing here carry nothing known. */
const payloads = {
  MESSAGE_CONTAINER_START: "container.Start",
  MESSAGE_SENTRY_CLONE: "sentry.CloneInfo",
  MESSAGE_SENTRY_EXEC: "sentry.ExecveInfo",
  MESSAGE_SENTRY_EXIT_NOTIFY_PARENT: "sentry.ExitNotifyParentInfo",
  MESSAGE_SENTRY_TASK_EXIT: "sentry.TaskExit",
  MESSAGE_SENTRY_MMAP: "sentry.MmapInfo",
  MESSAGE_SYSCALL_RAW: "syscall.Syscall",
  MESSAGE_SYSCALL_OPEN: "syscall.Open",
  MESSAGE_SYSCALL_CLOSE: "syscall.Close",
  MESSAGE_SYSCALL_READ: "syscall.Read",
  MESSAGE_SYSCALL_CONNECT: "syscall.Connect",
  MESSAGE_SYSCALL_EXECVE: "syscall.Execve",
  MESSAGE_SYSCALL_SOCKET: "syscall.Socket",
  MESSAGE_SYSCALL_CHDIR: "syscall.Chdir",
  MESSAGE_SYSCALL_SETID: "syscall.Setid",
  MESSAGE_SYSCALL_SETRESID: "syscall.Setresid",
  MESSAGE_SYSCALL_PRLIMIT64: "syscall.Prlimit",
  MESSAGE_SYSCALL_PIPE: "syscall.Pipe",
  MESSAGE_SYSCALL_FCNTL: "syscall.Fcntl",
  MESSAGE_SYSCALL_DUP: "syscall.Dup",
  MESSAGE_SYSCALL_SIGNALFD: "syscall.Signalfd",
  MESSAGE_SYSCALL_CHROOT: "syscall.Chroot",
  MESSAGE_SYSCALL_EVENTFD: "syscall.Eventfd",
  MESSAGE_SYSCALL_CLONE: "syscall.Clone",
  MESSAGE_SYSCALL_BIND: "syscall.Bind",
  MESSAGE_SYSCALL_ACCEPT: "syscall.Accept",
  MESSAGE_SYSCALL_TIMERFD_CREATE: "syscall.TimerfdCreate",
  MESSAGE_SYSCALL_TIMERFD_SETTIME: "syscall.TimerfdSetTime",
  MESSAGE_SYSCALL_TIMERFD_GETTIME: "syscall.TimerfdGetTime",
  MESSAGE_SYSCALL_FORK: "syscall.Fork",
  MESSAGE_SYSCALL_INOTIFY_INIT: "syscall.InotifyInit",
  MESSAGE_SYSCALL_INOTIFY_ADD_WATCH: "syscall.InotifyAddWatch",
  MESSAGE_SYSCALL_INOTIFY_RM_WATCH: "syscall.InotifyRmWatch",
  MESSAGE_SYSCALL_SOCKETPAIR: "syscall.SocketPair",
  MESSAGE_SYSCALL_WRITE: "syscall.Write",
  MESSAGE_SYSCALL_MMAP: "syscall.Mmap",
  MESSAGE_SYSCALL_LISTEN: "syscall.Listen",
  MESSAGE_SYSCALL_PTRACE: "syscall.Ptrace",
};

/** The message of which all but the first field, a number, repeats: what repeats is decoded once and shared. */
const repeating = "gvisor.common.ContextData";

/** How each scalar type that the protocol uses is skipped, read, typed and defaulted. */
const scalars = new Map([
  [ScalarType.INT32, { skip: "skipVarint", read: "readInt32", type: "number", zero: "0" }],
  [ScalarType.UINT32, { skip: "skipVarint", read: "readUint32", type: "number", zero: "0" }],
  [ScalarType.BOOL, { skip: "skipVarint", read: "readBool", type: "boolean", zero: "false" }],
  [
    ScalarType.INT64,
    { skip: "skipVarint", read: "readInt64", type: "bigint", zero: "0n", asNumber: "readInt64AsNumber" },
  ],
  [
    ScalarType.UINT64,
    { skip: "skipVarint", read: "readUint64", type: "bigint", zero: "0n", asNumber: "readUint64AsNumber" },
  ],
  [ScalarType.STRING, { skip: "skipString", read: "readString", type: "string", zero: '""' }],
  [
    ScalarType.BYTES,
    { skip: "skipBytes", read: "readBytes", type: "Uint8Array<ArrayBuffer>", zero: "new Uint8Array(0)" },
  ],
]);

runNodeJs(createEcmaScriptPlugin({ name: "protoc-gen-views", version: "v1", generateTs }));

function generateTs(schema) {
  const messages = new Map(
    schema.files.flatMap((file) => file.messages).map((message) => [message.typeName, message]),
  );
  const types = schema.files
    .flatMap((file) => file.enums)
    .find((found) => found.name === "MessageType").values;
  const topLevel = types
    .filter((type) => payloads[type.name] !== undefined)
    .map((type) => ({ type, message: messages.get(`gvisor.${payloads[type.name]}`) }));
  const nested = [...messages.values()].filter(
    (message) => message.name !== "Handshake" && !topLevel.some((other) => other.message === message),
  );

  const f = schema.generateFile("views.ts");
  f.preamble(schema.files[0]);
  f.print('import { type DescMessage, fromBinary, type JsonObject } from "@bufbuild/protobuf";');
  f.print('import { protoJson } from "../proto-json.ts";');
  f.print('import type { TracedSandbox } from "../sandbox.ts";');
  f.print("import {");
  const runtime = [...new Set([...scalars.values()].flatMap((s) => [s.skip, s.read, s.asNumber]))].filter(
    Boolean,
  );
  f.print("  readTag, skipUnknown, throwBadTag, throwMerge, throwTruncated, ", runtime.join(", "), ",");
  f.print('} from "../scan.ts";');
  f.print('import { KeptBytes } from "../kept-bytes.ts";');
  f.print('import { RepeatedBytes } from "../repeated-bytes.ts";');
  f.print('import type { MessageView, View } from "../view.ts";');
  for (const file of schema.files) {
    if (!topLevel.some(({ message }) => message.file === file)) continue;
    const stem = file.name.split("/").at(-1);
    f.print(`import * as ${stem} from "./${stem}_pb.ts";`);
  }
  for (const message of inOrder(nested)) {
    printClass(f, message, undefined);
    if (message.typeName === repeating) printRepeating(f, message);
  }
  for (const { type, message } of topLevel) printClass(f, message, type);
  printUnion(f, topLevel);
}

/** Messages before those that contain them. */
function inOrder(messages) {
  const done = new Set();
  const visit = (message) => {
    if (done.has(message)) return;
    for (const field of message.fields)
      if (field.message && messages.includes(field.message)) visit(field.message);
    done.add(message);
  };
  messages.forEach(visit);
  return done;
}

const className = (message, type) =>
  type
    ? pascal(type.name.replace(/^MESSAGE_/, ""))
    : `${message.name}${message.typeName === repeating ? "Fields" : "View"}`;
const pascal = (name) => name.toLowerCase().replace(/(^|_)(.)/g, (_, __, letter) => letter.toUpperCase());
const schemaOf = (message) => `${message.file.name.split("/").at(-1)}.${message.name}Schema`;
const messageType = (message) => `${message.file.name.split("/").at(-1)}.${message.name}`;

function printClass(f, message, type) {
  const name = className(message, type);
  f.print();
  f.print("/**");
  f.print(
    " * ",
    type ? `${type.name} (${type.number}): ` : "",
    `the fields of ${message.typeName}, each read when asked.`,
  );
  const comment = message.proto && commentOf(message);
  if (comment) f.print(" *\n * ", comment);
  f.print(" */");
  // No base class, and fields that are declared but not defined: both would cost more than all the rest of decoding.
  f.print(`export class ${name} implements ${type ? "MessageView" : "View"} {`);
  if (type) f.print(`  declare readonly messageType: ${type.number};`);
  if (type) f.print("  declare readonly sandbox: TracedSandbox;");
  if (type) f.print("  declare readonly droppedCount: number;");
  f.print("  declare readonly bytes: Uint8Array<ArrayBuffer>;");
  f.print("  declare readonly start: number;");
  f.print("  declare readonly end: number;");
  f.print("  declare readonly hasOwnUnknown: boolean;");
  for (const field of message.fields) f.print(`  ${slot(field)};`);
  const repeats = message.typeName === repeating;
  const texts = repeats ? message.fields.filter(isText) : [];
  // What is shared by many is read once.
  const numbers = repeats ? message.fields.filter(isSmallNumber) : [];
  for (const field of texts) f.print(`  declare private ${field.localName}Text: string | undefined;`);
  // Made of what the pass found, in one go: an object that is filled while the pass runs costs a third more.
  const given = [
    ...(type
      ? [
          ["sandbox", "TracedSandbox"],
          ["droppedCount", "number"],
        ]
      : []),
    ["bytes", "Uint8Array<ArrayBuffer>"],
    ["start", "number"],
    ["end", "number"],
    ["hasOwnUnknown", "boolean"],
    ...message.fields.map((field) => [slotName(field), slotType(field)]),
    ...(repeats ? [["sharedId", "number"]] : []),
  ];
  for (const field of numbers) f.print(`  declare readonly ${field.localName}: number;`);
  if (repeats) f.print("  declare readonly sharedId: number;");
  f.print(`  private constructor(${given.map(([slot, of]) => `${slot}: ${of}`).join(", ")}) {`);
  if (type) f.print(`    this.messageType = ${type.number};`);
  for (const [slot] of given) f.print(`    this.${slot} = ${slot};`);
  for (const field of texts) f.print(`    this.${field.localName}Text = undefined;`);
  for (const field of numbers) f.print(`    this.${field.localName} = ${reading(field, "")};`);
  f.print("  }");
  if (type) {
    f.print(
      "  /** The view of the message from `start` to `end` of `bytes`; throws where it does not decode. */",
    );
    f.print(
      `  static read(sandbox: TracedSandbox, droppedCount: number, bytes: Uint8Array<ArrayBuffer>, start: number, end: number): ${name} {`,
    );
    f.print("    const limit = end;");
    f.print("    const depth = 1;");
  } else {
    f.print(
      "  /** The view of the message whose length is at `lengthAt`; throws where it does not decode. */",
    );
    f.print(
      `  static read(bytes: Uint8Array<ArrayBuffer>, lengthAt: number, limit: number, depth: number): ${name} {`,
    );
    printBounds(f);
  }
  for (const field of message.fields) f.print(`    ${local(field)};`);
  f.print("    let unknown = false;");
  f.print("    let pos = start;");
  f.print("    while (pos < end) {");
  f.print("      const first = pos;");
  f.print("      let tag = bytes[pos++] as number;");
  f.print("      if (tag > 0x7f) {");
  f.print("        tag = readTag(bytes, first);");
  f.print("        pos = skipVarint(bytes, first, limit);");
  f.print("      }");
  // A tag's wire type is checked even where the field is known, as the reference does.
  f.print("      if ((tag & 7) > 5) throwBadTag();");
  f.print("      switch (tag >>> 3) {");
  for (const field of message.fields) {
    f.print(`        case ${field.number}:`);
    for (const line of scanField(field)) f.print(`          ${line}`);
    f.print("          break;");
  }
  f.print("        default:");
  f.print("          pos = skipUnknown(bytes, pos, limit, tag, depth);");
  f.print("          unknown = true;");
  f.print("      }");
  f.print("    }");
  f.print("    if (pos > limit) throwTruncated();");
  const found = { end: "pos", hasOwnUnknown: "unknown", sharedId: "0" };
  f.print(`    return new ${name}(${given.map(([slot]) => found[slot] ?? slot).join(", ")});`);
  f.print("  }");
  if (repeats || isInRepeating(message)) printMoved(f, name, given);
  for (const field of message.fields) if (!numbers.includes(field)) printGetters(f, field);
  if (type) {
    f.print(`  get messageName(): "${type.name}" {`);
    f.print(`    return "${type.name}";`);
    f.print("  }");
    f.print("  get payload(): Uint8Array<ArrayBuffer> {");
    f.print("    return this.bytes.subarray(this.start, this.end);");
    f.print("  }");
    f.print(`  toMessage(): ${messageType(message)} {`);
    f.print(`    return fromBinary(${schemaOf(message)}, this.payload);`);
    f.print("  }");
    f.print("  /** Proto JSON with original field names; see {@link MessageView.toJson}. */");
    f.print("  toJson(): JsonObject {");
    f.print(`    return protoJson(${schemaOf(message)}, this.payload);`);
    f.print("  }");
  }
  f.print("}");
}

/** The same message where its bytes, and those it is in, have been copied to. */
function printMoved(f, name, given) {
  const moved = given.map(([slot, type]) => {
    if (slot === "bytes" || slot === "sharedId") return slot;
    if (slot === "start" || slot === "end") return `this.${slot} + by`;
    if (type === "number") return `this.${slot} === 0 ? 0 : this.${slot} + by`;
    return type === "boolean" ? `this.${slot}` : `this.${slot}?.moved(bytes, by)`;
  });
  f.print("  /** The same, read from a copy in `bytes` in which everything lies `by` further on. */");
  const shared = given.some(([slot]) => slot === "sharedId") ? ", sharedId: number" : "";
  f.print(`  moved(bytes: Uint8Array<ArrayBuffer>, by: number${shared}): ${name} {`);
  f.print(`    return new ${name}(${moved.join(", ")});`);
  f.print("  }");
}

/** `start` and `end` of a nested message. */
function printBounds(f) {
  f.print("    let start = lengthAt + 1;");
  f.print("    let end = start + (bytes[lengthAt] as number);");
  f.print("    if (end - start > 0x7f) {");
  f.print("      start = skipVarint(bytes, lengthAt, limit);");
  f.print("      end = start + readUint32(bytes, lengthAt);");
  f.print("    }");
  f.print("    if (!(end <= limit)) throwTruncated();");
}

/** The view of a message that repeats but for its first field, a number. */
function printRepeating(f, message) {
  const [first, ...rest] = message.fields;
  const at = slotName(first);
  const fields = className(message);
  const name = `${message.name}View`;
  f.print();
  f.print(`const repeated = new RepeatedBytes<${fields}>(12, 512);`);
  f.print("const kept = new KeptBytes();");
  f.print("let lastSharedId = 0;");
  f.print();
  f.print("/**");
  f.print(` * {@link ${fields}}, all but ${first.localName} shared among the messages that say the same.`);
  f.print(" */");
  f.print(`export class ${name} implements View {`);
  f.print("  declare readonly bytes: Uint8Array<ArrayBuffer>;");
  f.print("  declare readonly start: number;");
  f.print("  declare readonly end: number;");
  f.print(`  ${slot(first)};`);
  f.print(`  declare private readonly fields: ${fields};`);
  f.print(
    `  private constructor(bytes: Uint8Array<ArrayBuffer>, start: number, end: number, ${at}: number, fields: ${fields}) {`,
  );
  for (const given of ["bytes", "start", "end", at, "fields"]) f.print(`    this.${given} = ${given};`);
  f.print("  }");
  f.print(
    `  static read(bytes: Uint8Array<ArrayBuffer>, lengthAt: number, limit: number, depth: number): ${name} {`,
  );
  printBounds(f);
  // In the plain form the first field leads, and all else is of this message. A group's depth counts, so only one will do.
  f.print("    let rest = end;");
  f.print(`    if (start < end && bytes[start] === ${first.number << 3} && depth === 2) {`);
  f.print("      rest = skipVarint(bytes, start + 1, limit);");
  f.print("      const known = repeated.find(bytes, rest, end);");
  f.print(`      if (known !== undefined) return new ${name}(bytes, start, end, start + 1, known);`);
  f.print("    }");
  f.print(`    const fields = ${fields}.read(bytes, lengthAt, limit, depth);`);
  f.print(`    if (repeated.fits(end - rest) && fields.end === end && fields.${at} === start + 1) {`);
  f.print("      const at = kept.copy(bytes, start, end);");
  f.print("      const shared = fields.moved(kept.bytes, at - start, ++lastSharedId);");
  f.print("      repeated.keep(bytes, rest, end, shared);");
  f.print(`      return new ${name}(bytes, start, end, start + 1, shared);`);
  f.print("    }");
  f.print(`    return new ${name}(bytes, start, fields.end, fields.${at}, fields);`);
  f.print("  }");
  printGetters(f, first);
  f.print(
    "  /** Above 0 another number for everything that is shared: equal ones say the same but for the first field. */",
  );
  const shared = [
    ["sharedId", "number"],
    ["hasOwnUnknown", "boolean"],
    ...rest.flatMap((field) => {
      if (field.fieldKind === "message") return [[field.localName, slotType(field)]];
      const { type, asNumber } = scalarOf(field);
      return asNumber
        ? [
            [field.localName, type],
            [`${field.localName}Number`, "number"],
          ]
        : [[field.localName, type]];
    }),
  ];
  for (const [property, type] of shared) {
    f.print(`  get ${property}(): ${type} {`);
    f.print(`    return this.fields.${property};`);
    f.print("  }");
  }
  f.print("}");
}

/** Whether `message` is a part of the message that repeats. */
const isInRepeating = (message) =>
  message.file.messages.some(
    (other) => other.typeName === repeating && other.fields.some((field) => field.message === message),
  );

function commentOf(message) {
  const path = [4, message.file.proto.messageType.indexOf(message.proto)];
  const found = message.file.proto.sourceCodeInfo?.location.find(
    (location) => location.path.length === 2 && location.path.every((part, i) => part === path[i]),
  );
  return found?.leadingComments.trim().replaceAll("\n", "\n *");
}

const isSmallNumber = (field) => field.scalar === ScalarType.INT32;
const isText = (field) => field.scalar === ScalarType.STRING;
const slotName = (field) => (field.fieldKind === "message" ? field.localName : `${field.localName}At`);
const viewName = (field) => `${field.message.name}View`;

function slot(field) {
  const open = field.fieldKind === "message" || field.parent.typeName === repeating;
  const visible = open ? "readonly" : "private readonly";
  return `declare ${visible} ${slotName(field)}: ${slotType(field)}`;
}

function slotType(field) {
  if (field.fieldKind === "message") return `${viewName(field)} | undefined`;
  return field.fieldKind === "list" ? "readonly number[] | undefined" : "number";
}

function local(field) {
  if (field.fieldKind === "message") return `let ${field.localName}: ${viewName(field)} | undefined`;
  if (field.fieldKind === "list") return `let ${slotName(field)}: number[] | undefined`;
  return `let ${slotName(field)} = 0`;
}

function scanField(field) {
  const name = slotName(field);
  switch (field.fieldKind) {
    case "message":
      return [
        `if (${name} !== undefined) throwMerge();`,
        `${name} = ${viewName(field)}.read(bytes, pos, limit, depth + 1);`,
        `pos = ${name}.end;`,
      ];
    case "list":
      return [`${name} ??= [];`, `${name}.push(pos);`, `pos = ${scalarOf(field).skip}(bytes, pos, limit);`];
    case "scalar":
      // Most numbers have one byte. Whether it was within the limit is seen at the end of the message.
      if (scalarOf(field).skip === "skipVarint")
        return [
          `${name} = pos;`,
          "pos = (bytes[pos] as number) < 0x80 ? pos + 1 : skipVarint(bytes, pos, limit);",
        ];
      return [`${name} = pos;`, `pos = ${scalarOf(field).skip}(bytes, pos, limit);`];
    default:
      throw new Error(`${field}: a ${field.fieldKind} field is not supported by the views`);
  }
}

function scalarOf(field) {
  const scalar = scalars.get(field.scalar);
  if (!scalar || (field.fieldKind === "list" && field.scalar !== ScalarType.STRING)) {
    throw new Error(`${field}: its type is not supported by the views`);
  }
  return scalar;
}

/** Reads a field whose place, and the bytes, are variables or properties of `of`. */
function reading(field, of) {
  const { read, zero } = scalarOf(field);
  const at = `${of}${slotName(field)}`;
  return `${at} === 0 ? ${zero} : ${read}(${of}bytes, ${at})`;
}

function printGetters(f, field) {
  if (field.fieldKind === "message") return;
  const { read, type, asNumber } = scalarOf(field);
  const name = slotName(field);
  if (field.fieldKind === "list") {
    f.print(`  get ${field.localName}(): ${type}[] {`);
    f.print(
      `    return this.${name} === undefined ? [] : this.${name}.map((at) => ${read}(this.bytes, at));`,
    );
    f.print("  }");
    return;
  }
  const value = reading(field, "this.");
  const once = field.parent.typeName === repeating && isText(field);
  f.print(`  get ${field.localName}(): ${type} {`);
  f.print(`    return ${once ? `this.${field.localName}Text ??= ${value}` : value};`);
  f.print("  }");
  if (asNumber) {
    f.print(`  /** {@link ${field.localName}} as a number: exact up to 2^53, rounded beyond. */`);
    f.print(`  get ${field.localName}Number(): number {`);
    f.print(`    return this.${name} === 0 ? 0 : ${asNumber}(this.bytes, this.${name});`);
    f.print("  }");
  }
}

function printUnion(f, topLevel) {
  f.print();
  f.print("/** Every message of a known type; narrows on `messageType` and on `messageName`. */");
  f.print("export type KnownMessage =");
  for (const { type, message } of topLevel) f.print("  | ", className(message, type));
  f.print(";");
  f.print();
  f.print(
    "/** The view class for a message type, made over `bytes`; undefined where the type is unknown. */",
  );
  f.print(
    "export function createView(type: number, sandbox: TracedSandbox, droppedCount: number, bytes: Uint8Array<ArrayBuffer>, start: number, end: number): KnownMessage | undefined {",
  );
  f.print("  switch (type) {");
  for (const { type, message } of topLevel) {
    f.print(
      `    case ${type.number}: return ${className(message, type)}.read(sandbox, droppedCount, bytes, start, end);`,
    );
  }
  f.print("    default: return undefined;");
  f.print("  }");
  f.print("}");
  f.print();
  f.print("/** The schema of the payload of each message type. */");
  f.print("export const payloadSchemas: Readonly<Record<number, DescMessage>> = {");
  for (const { type, message } of topLevel) f.print(`  ${type.number}: ${schemaOf(message)},`);
  f.print("};");
}
