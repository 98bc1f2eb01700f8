import { containerInfo } from "../output/appended-output.ts";
import { compileFormat, type FormatContext, type OutputFormat } from "../output/output-format.ts";
import type { RuleDefinition } from "./definitions.ts";
import type { Location } from "./located-text.ts";
import type { RuleSurroundings } from "./rule-surroundings.ts";
import { joinTexts } from "./scalar-text.ts";

/** Compiles what a rule prints, with what is added to it. */
export function compileOutput(
  definition: RuleDefinition,
  { graph, fields, diagnostics, appended }: RuleSurroundings,
): OutputFormat | undefined {
  const { context, output, skipIfUnknownFilter } = definition;
  // A rule without an output has been told of.
  if (output.length === 0) return undefined;
  const located = joinTexts(output);
  const written = located.text.trim();
  const start = located.text.indexOf(written);
  const whole = appended.textOf(written, definition);
  const text = whole.replaceAll(containerInfo, "");
  if (text !== whole) {
    const message = "%container.info is deprecated, and prints nothing: name the fields you want";
    diagnostics.warning("LOAD_DEPRECATED_ITEM", message, context, located.locate(start));
  }
  // What was added stands behind the rule's own text, and in no file.
  const locate = (offset: number): Location | undefined => {
    const at = offsetBefore(whole, offset);
    return at < written.length ? located.locate(start + at) : undefined;
  };
  const formatContext = (place: typeof locate): FormatContext => ({
    graph,
    fields,
    style: appended.style,
    uses: (field, { start }) => {
      if (!field.deprecated) return;
      const message = `the field ${field.name} is deprecated, it says nothing here: take it out`;
      diagnostics.warning("LOAD_DEPRECATED_ITEM", message, context, place(start));
    },
  });
  const format = compileFormat(text, formatContext(locate));
  if (!("message" in format)) {
    return appended.fieldsOf(
      format,
      definition,
      formatContext(() => undefined),
    );
  }
  const { message, offset, unknown, hint } = format;
  const at = locate(offset);
  if (unknown && skipIfUnknownFilter) {
    diagnostics.warning("LOAD_UNKNOWN_FILTER", `${message}, so the rule is ignored`, context, at, hint);
  } else {
    diagnostics.error("LOAD_ERR_COMPILE_OUTPUT", message, context, at, hint);
  }
  return undefined;
}

/** Where in `whole` is what stands at `offset` once the shorthands are gone. */
function offsetBefore(whole: string, offset: number): number {
  let before = offset;
  let next = whole.indexOf(containerInfo);
  while (next >= 0 && next <= before) {
    before += containerInfo.length;
    next = whole.indexOf(containerInfo, next + containerInfo.length);
  }
  return before;
}
