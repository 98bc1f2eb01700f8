/** Bounds how much is looked into. */
export interface Work {
  /** Takes so many steps from what may still be done; false where that is too little. */
  spend(steps: number): boolean;
}

class BoundedWork implements Work {
  #left: number;

  constructor(steps: number) {
    this.#left = steps;
  }

  spend(steps: number): boolean {
    this.#left -= steps;
    return this.#left >= 0;
  }
}

export function createWork(steps: number): Work {
  return new BoundedWork(steps);
}
