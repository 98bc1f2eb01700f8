/** Largest answer of a daemon that is read, in bytes. An ordinary one has ten thousand. */
export const maxAnswerBytes = 1_048_576;

/** How long, in milliseconds, a container or pod is waited for that a daemon does not tell of, or not as started. */
export const startWaitMs = 1_000;

/** How often it is asked meanwhile, in milliseconds. */
export const pollMs = 25;
