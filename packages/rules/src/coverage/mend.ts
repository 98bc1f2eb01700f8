/** What to add to a session. */
export type Mend =
  | { readonly kind: "points"; readonly points: readonly string[] }
  | { readonly kind: "context-field" | "optional-field"; readonly field: string; readonly point: string };
