// Flags of clone(2), unshare(2) and setns(2): include/uapi/linux/sched.h of Linux.

/** Both have the same root and working directory. */
export const cloneFs = 0x200;

/** The child's parent is that of the caller. */
export const cloneParent = 0x8000;

/** A mount namespace of its own. */
export const cloneNewNs = 0x2_0000;

/** A user namespace of its own. */
export const cloneNewUser = 0x1000_0000;

/** A pid namespace of its own. */
export const cloneNewPid = 0x2000_0000;
