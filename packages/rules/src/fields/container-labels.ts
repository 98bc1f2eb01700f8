type Labels = Readonly<Record<string, string>>;

/** The value of one label. */
export function labelOf(labels: Labels | undefined, name: string): string | undefined {
  return labels !== undefined && Object.hasOwn(labels, name) ? labels[name] : undefined;
}

/** All labels as Falco writes them, by name; without annotations, and without what Kubernetes keeps for itself. */
export function labelsText(labels: Labels): string {
  return Object.entries(labels)
    .filter(([name]) => !name.startsWith("annotation.") && !name.startsWith("io.kubernetes."))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => (value === "" ? name : `${name}:${value}`))
    .join(", ");
}
