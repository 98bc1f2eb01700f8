import { syscallNames } from "@sentrytap/events";
import { words } from "../words.ts";
import type { FieldType } from "./field.ts";

// The events that Falco's schema 4.1.0 names, and their parameters; behind them our own.

const eventNames = `
  open close read write socket bind connect listen send sendto recv recvfrom shutdown getsockname
  getpeername socketpair setsockopt getsockopt sendmsg sendmmsg recvmsg recvmmsg creat pipe eventfd futex
  stat lstat fstat stat64 lstat64 fstat64 epoll_wait poll select lseek llseek getcwd chdir fchdir pread
  pwrite readv writev preadv pwritev signalfd kill tkill tgkill nanosleep timerfd_create inotify_init
  getrlimit setrlimit prlimit fcntl brk mmap mmap2 munmap splice ptrace ioctl rename renameat symlink
  symlinkat sendfile quotactl setresuid setresgid setuid setgid getuid geteuid getgid getegid getresuid
  getresgid clone fork vfork getdents getdents64 setns flock accept semop semctl ppoll mount semget access
  chroot setsid mkdir rmdir unshare execve setpgid seccomp unlink unlinkat mkdirat openat link linkat
  fchmodat chmod fchmod renameat2 userfaultfd openat2 mprotect execveat copy_file_range clone3
  open_by_handle_at io_uring_setup io_uring_enter io_uring_register mlock munlock mlockall munlockall
  capset dup2 dup3 dup bpf mlock2 fsconfig epoll_create epoll_create1 chown lchown fchown fchownat umount
  accept4 umount2 pipe2 inotify_init1 eventfd2 signalfd4 prctl memfd_create pidfd_getfd pidfd_open
  init_module finit_module mknod mknodat newfstatat process_vm_readv process_vm_writev delete_module
  setreuid setregid file_getattr open_tree_attr setxattrat uretprobe lsm_list_modules lsm_get_self_attr
  statmount listmount capget inotify_rm_watch clock_getres kexec_load mq_notify utimes set_robust_list
  shmget fspick timer_delete sethostname exit_group fsmount clock_gettime listxattrat timerfd_gettime
  timer_getoverrun s390_pci_mmio_write io_setup inotify_add_watch pidfd_send_signal epoll_ctl
  get_thread_area switch_endian setitimer io_submit sched_setaffinity request_key fanotify_init fsopen
  sched_setattr sched_getaffinity rt_sigqueueinfo utimensat fremovexattr getgroups removexattr llistxattr
  waitid arch_prctl sigaction mq_timedsend setxattr shmdt sigpending fgetxattr lgetxattr fsync spu_create
  fsetxattr lsetxattr idle shmat adjtimex query_module timer_create gettid membarrier add_key swapoff
  madvise s390_pci_mmio_read setfsgid setfsuid getpgrp personality getxattr move_mount get_mempolicy
  getpriority removexattrat readlinkat mount_setattr clock_settime umask lookup_dcookie quotactl_fd
  timer_settime truncate mremap rtas lsm_set_self_attr syslog fstatfs ioperm riscv_flush_icache keyctl
  uselib reboot futimesat timer_gettime flistxattr setgroups sched_rr_get_interval gettimeofday readlink
  syncfs get_robust_list file_setattr listxattr set_mempolicy s390_guarded_storage settimeofday mq_unlink
  swapon pselect6 io_cancel ioprio_get uname shmctl time pkey_free readahead statfs fanotify_mark
  ioprio_set times process_madvise vmsplice rt_sigtimedwait preadv2 create_module remap_file_pages
  lremovexattr landlock_create_ruleset timerfd pause stime sched_setparam name_to_handle_at utime getpid
  sync getxattrat clock_adjtime restart_syscall io_getevents sysfs get_kernel_syms epoll_pwait futex_wait
  acct setdomainname sysinfo msgsnd mincore cachestat pivot_root exit getppid io_destroy ustat
  epoll_wait_old vhangup _sysctl alarm rt_sigprocmask rt_tgsigqueueinfo rt_sigaction fchmodat2 wait4
  getpgid sched_yield signal clock_nanosleep pkey_mprotect fdatasync getrusage futex_wake sched_getparam
  sched_setscheduler setpriority mseal open_tree kcmp sched_getscheduler sched_get_priority_min
  rt_sigsuspend rt_sigpending semtimedop getitimer timerfd_settime sync_file_range2 ipc mq_open getcpu
  epoll_pwait2 perf_event_open msgrcv process_mrelease bdflush msgctl statfs64 fstatfs64 fstatat64
  sigprocmask socketcall sys_debug_setcontext set_tid_address _newselect map_shadow_stack sgetmask olduname
  mq_getsetattr nice tee waitpid fallocate sigaltstack getrandom fadvise64 memfd_secret kexec_file_load
  close_range pkey_alloc msgget landlock_restrict_self mq_timedreceive landlock_add_rule msync modify_ldt
  migrate_pages futex_waitv move_pages mbind epoll_ctl_old statx io_pgetevents set_mempolicy_home_node
  getpmsg sigsuspend nfsservctl rseq pciconfig_read sched_getattr faccessat2 sync_file_range readdir
  s390_sthyi s390_runtime_instr sigreturn ftruncate riscv_hwprobe pwritev2 futex_requeue oldstat
  multiplexer oldlstat oldfstat ssetmask spu_run iopl getsid swapcontext pciconfig_write vm86
  sched_get_priority_max oldolduname faccessat set_thread_area subpage_prot rt_sigreturn pciconfig_iobase
  switch procexit signaldeliver page_fault pluginevent drop scapevent procinfo cpu_hotplug notification
  infra container useradded userdeleted groupadded groupdeleted asyncevent container_start sentry_exec
  sentry_mmap exit_notify_parent gap sandbox_end
`;

/**
 * Every name that `evt.type` can have, those of system calls newer than Falco's schema too: a condition that names
 * another can never be true, so it is an error.
 */
export const eventTypeNames: ReadonlySet<string> = new Set([...words(eventNames), ...syscallNames]);

/** `type`, or where no condition can name it what stands for all such types: a Sentry can invent any number of them. */
export function namedType(type: string): string {
  return eventTypeNames.has(type) ? type : "(unnamed)";
}

const parameterNames: Readonly<Partial<Record<FieldType, string>>> = {
  bytes: `
    data msgcontrol args cgroups env value_bytebuf img event_data
  `,
  duration: `
    interval dqb_btime dqb_itime dqi_bgrace dqi_igrace
  `,
  int16: `
    sem_op_0 sem_op_1
  `,
  int32: `
    backlog semid semnum key nsems aux
  `,
  number: `
    fd res fd1 fd2 maxevents timeout pid tid cur max newcur newmax oldcur oldmax fd_in fd_out olddirfd
    newdirfd linkdirfd out_fd in_fd ptid fdlimit vtid vpid vpgid pgid dirfd olddir newdir fdout fdin
    count threads processes by_ns message_type evicted_threads evicted_descriptors forgotten mountfd oldfd
    newfd arg2_int pid_fd target_fd next status ret reaper_tid spid dpid
  `,
  string: `
    name addr tuple val path fds oldpath newpath target linkpath special quotafilepath exe cwd comm sigmask
    dir trusted_exepath filename value_charbuf pathname arg2_str uargs desc description scope json home
    shell container_id execfn sha256 sha1 kind reason before after call
  `,
  time: `
    exe_ino_ctime exe_ino_mtime
  `,
  uint32: `
    flags mode dev size domain type proto how level optname optlen creat_flags op whence mask sig clockid
    resource cmd vm_size vm_rss vm_swap prot request dqi_flags quota_fmt_out id quota_fmt ruid euid suid
    rgid egid sgid uid gid nstype operation queuepct queuelen queuemax nsops sem_num_0 sem_flg_0 sem_num_1
    sem_flg_1 semflg tty loginuid resolve entries sq_entries cq_entries sq_thread_cpu sq_thread_idle
    features to_submit min_complete opcode nr_args option ID nativeID core error plugin_id ratio event_type
    cpu action
  `,
  unsigned: `
    ino source peer initval offset pos length pgoffset argument dqb_bhardlimit dqb_bsoftlimit dqb_curspace
    dqb_ihardlimit dqb_isoftlimit pgft_maj pgft_min pidns_init_start_ts cap_inheritable cap_permitted
    cap_effective exe_ino offout offin len arg ip cpu_usr cpu_sys
  `,
};

/** The type of every parameter that Falco or an event of ours has. */
export const falcoParameterTypes: ReadonlyMap<string, FieldType> = new Map(
  Object.entries(parameterNames).flatMap(([type, names]) =>
    // The keys of the table above are field types.
    words(names).map((name): [string, FieldType] => [name, type as FieldType]),
  ),
);
