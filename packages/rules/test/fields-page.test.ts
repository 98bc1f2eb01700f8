import { expect, test } from "vitest";
import { createFieldRegistry } from "../src/index.ts";
import { renderFieldsPage } from "./fields-page.ts";

test("docs/fields.md says what the fields say: npm run fields", async () => {
  const page = renderFieldsPage(createFieldRegistry());
  for (const { name } of createFieldRegistry()) expect(page, name).toContain(`\`${name}`);
  await expect(page).toMatchFileSnapshot("../../../docs/fields.md");
});
