/** One step of an installation. Each is done whole or not at all, so that a crash leaves every file as it was or as it will be. */
export type InstallStep = WriteStep | RemoveStep | FolderStep;

/** A file is written, or written anew. */
export interface WriteStep {
  readonly kind: "write";
  /** Where it really is. */
  readonly path: string;
  readonly text: string;
  /** Permissions, such as 0o644. */
  readonly mode: number;
  /** Whose it will be. Default: whoever runs this. */
  readonly owner?: { readonly uid: number; readonly gid: number };
  /** What is in it now; `undefined` where it is not there. */
  readonly replaces: string | undefined;
  /** What it is, for people, where its text says them nothing. */
  readonly about?: string;
}

/** A file is removed. */
export interface RemoveStep {
  readonly kind: "remove";
  readonly path: string;
  /** What is in it now. */
  readonly replaces: string;
}

/** A folder is made, or removed if nothing is in it. */
export interface FolderStep {
  readonly kind: "make-folder" | "remove-folder";
  readonly path: string;
}

/** What would be done, in its order, and what to know of it. */
export interface InstallPlan {
  readonly steps: readonly InstallStep[];
  /** What stays as it is, though one may think otherwise, and why. */
  readonly notes: readonly string[];
}
