/** The words of `text`, with blanks and line ends between them: how long lists of names are written here. */
export function words(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== "");
}
