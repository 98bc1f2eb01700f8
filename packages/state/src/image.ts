import type { Budget, Held } from "./budget.ts";
import { bounded, boundedList, weightOf } from "./text.ts";
import type { Binary } from "./thread.ts";

/** Estimated bytes of one argument beside its text. */
const argumentSize = 32;

/** Estimated bytes of what is told of a file. */
const binarySize = 256;

/** What is told of a program as it starts. */
export interface Program {
  readonly exe: string | undefined;
  readonly exepath: string | undefined;
  readonly args: readonly string[] | undefined;
  readonly env: readonly string[] | undefined;
  readonly exeFromMemfd: boolean;
  readonly binary?: Binary | undefined;
}

const nothing: Program = {
  exe: undefined,
  exepath: undefined,
  args: undefined,
  env: undefined,
  exeFromMemfd: false,
};

/** The program that a process runs. Forked children run their parent's, so several may use one. */
export class Image implements Held {
  readonly exeFromMemfd: boolean;
  binary: Binary | undefined;
  /** Whether nobody has told which program it is. */
  readonly isUnknown: boolean;
  /** Whether some of the arguments or of the environment were too many to be kept. */
  readonly isCut: boolean;
  exepath: string | undefined;
  exe: string | undefined;
  args: readonly string[] | undefined;
  env: readonly string[] | undefined;
  bytes = 0;
  #users = 0;

  constructor(program?: Program) {
    const { exe, exepath, args, env, exeFromMemfd, binary } = program ?? nothing;
    this.isUnknown = program === undefined;
    this.exe = bounded(exe);
    this.exepath = bounded(exepath);
    this.args = args && boundedList(args);
    this.env = env && boundedList(env);
    this.isCut = this.args !== args || this.env !== env;
    this.exeFromMemfd = exeFromMemfd;
    this.binary = binary;
  }

  /** One more process runs it, which the budget has to bear from the first on. */
  retain(budget: Budget): void {
    if (this.#users++ > 0) return;
    if (this.isCut) budget.cutPrograms++;
    const { exe, exepath, args, env, binary } = this;
    const size = (exe?.length ?? 0) + weightOf(exepath) + sizeOf(args) + sizeOf(env);
    budget.charge(this, size + (binary === undefined ? 0 : binarySize));
  }

  release(budget: Budget): void {
    if (--this.#users === 0) budget.release(this);
  }

  /** Keeps the path of the file, unless that is what weighs. */
  forget(): void {
    if (weightOf(this.exepath) > 0) this.exepath = undefined;
    this.exe = undefined;
    this.args = undefined;
    this.env = undefined;
    this.binary = undefined;
  }
}

/** Of a process that nobody asks any more which program it ran. */
export const forgottenImage: Image = new Image();

function sizeOf(texts: readonly string[] = []): number {
  return texts.reduce((sum, text) => sum + argumentSize + text.length, 0);
}
