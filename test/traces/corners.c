// The program of the recordings thread_exec, late_threads, interrupted, orphans, setuid_exec, fd_paths, clone3,
// unreadable and hidden, its first argument the name of one. Build with: cc -O1 -static -pthread -o corners corners.c
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int ends[2];
static char byte;

static void rest(long milliseconds) {
  struct timespec span = {milliseconds / 1000, milliseconds % 1000 * 1000000};
  while (nanosleep(&span, &span) != 0) {
  }
}

static void on_alarm(int number) { (void)number; }

static void alarm_in(long milliseconds, int flags) {
  struct sigaction action = {.sa_handler = on_alarm, .sa_flags = flags};
  sigaction(SIGALRM, &action, NULL);
  struct itimerval once = {.it_value = {0, milliseconds * 1000}};
  setitimer(ITIMER_REAL, &once, NULL);
}

static void *run_program(void *path) {
  char *argv[] = {"renamed", "end", NULL}, *envp[] = {"MADE=by a thread", NULL};
  rest(50);
  execve(path, argv, envp);
  return NULL;
}

static void *wait_for_byte(void *unused) {
  read(ends[0], &byte, 1);
  return unused;
}

// A thread that is not the leader runs a program, while the leader and another thread wait.
static int thread_exec(void) {
  pthread_t waiting, running;
  pipe(ends);
  pthread_create(&waiting, NULL, wait_for_byte, NULL);
  pthread_create(&running, NULL, run_program, "/bin/link");
  read(ends[0], &byte, 1);
  return 1;
}

// The leader ends before its threads do.
static int late_threads(void) {
  pthread_t thread;
  pipe(ends);
  for (int i = 0; i < 3; i++) pthread_create(&thread, NULL, wait_for_byte, NULL);
  rest(50);
  if (fork() == 0) {
    rest(200);
    write(ends[1], "abc", 3);
    _exit(0);
  }
  pthread_exit(NULL);
}

// A read that a signal interrupts, restarted and not; a write to nobody; an accept that a signal interrupts.
static int interrupted(void) {
  pipe(ends);
  alarm_in(50, SA_RESTART);
  if (fork() == 0) {
    rest(200);
    write(ends[1], "x", 1);
    _exit(0);
  }
  read(ends[0], &byte, 1);
  alarm_in(50, 0);
  read(ends[0], &byte, 1);
  int listener = socket(AF_UNIX, SOCK_STREAM, 0);
  struct sockaddr_un address = {AF_UNIX, "\0corner"};
  bind(listener, (struct sockaddr *)&address, sizeof(sa_family_t) + 7);
  listen(listener, 1);
  alarm_in(50, 0);
  accept(listener, NULL, NULL);
  while (wait(NULL) > 0) {
  }
  return 0;
}

// A process whose parent ends first, and one that outlives init too.
static int orphans(void) {
  if (fork() == 0) {
    if (fork() == 0) {
      rest(100);
      _exit(5);
    }
    _exit(4);
  }
  if (fork() == 0) {
    setsid();
    rest(300);
    _exit(6);
  }
  rest(200);
  return 3;
}

static int run(const char *path, char *argument, char *variable) {
  char *argv[] = {"program", "write", argument, NULL}, *envp[] = {variable, NULL};
  if (fork() == 0) {
    execve(path, argv, envp);
    _exit(127);
  }
  wait(NULL);
  return 0;
}

static void use(int fd) {
  read(fd, &byte, 0);
  close(fd);
}

// Descriptors of every kind that there is, each used and closed.
static int fd_paths(void) {
  mkdir("/tmp/d", 0755);
  mkdir("/tmp/gone", 0755);
  int directory = open("/tmp/d", O_RDONLY | O_DIRECTORY);
  int file = openat(directory, "../d/./f", O_RDWR | O_CREAT | O_CLOEXEC, 0640);
  write(file, "abc", 3);
  int again = openat(directory, "f", O_RDONLY);
  unlink("/tmp/d/f");
  use(again);
  use(file);
  use(directory);
  use(creat("/tmp/new", 0600));
  use(open("/proc/self/cmdline", O_RDONLY));
  use(open("/bin/link", O_RDONLY));
  use(memfd_create("made", 0));
  use(eventfd(3, EFD_NONBLOCK));
  use(epoll_create1(0));
  use(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK));
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGUSR1);
  use(signalfd(-1, &signals, SFD_NONBLOCK));
  use(inotify_init1(IN_NONBLOCK));
  use(socket(AF_UNIX, SOCK_STREAM, 0));
  pipe(ends);
  use(ends[0]);
  use(ends[1]);
  int zero = dup(0);
  close(0);
  dup2(1, 0);
  dup2(zero, 0);
  close(zero);
  use(-1);
  use(77);
  chdir("/tmp/gone");
  rmdir("/tmp/gone");
  open("x", O_RDONLY);
  return 0;
}

static void *nothing(void *unused) { return unused; }

// A thread that newer libraries make by clone3(2).
static int clone3(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, nothing, NULL);
  return pthread_join(thread, NULL);
}

// Programs whose messages cannot be encoded: an argument, a variable, and a name cut within a character.
static int unreadable(void) {
  const char *cut = "/tmp/\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4";
  symlink("/bin/corners", cut);
  run("/bin/link", "\xff", "A=1");
  run("/bin/link", "", "A=\xff");
  run(cut, "", "A=1");
  return 0;
}

// A program that shows, and one under the name of its caller that does not, but for raw points.
static int hidden(void) {
  run("/bin/link", "", "A=1");
  return run("/bin/corners", "\xff", "A=1");
}

int main(int argc, char **argv) {
  const char *scene = argc > 1 ? argv[1] : "";
  if (strcmp(scene, "thread_exec") == 0) return thread_exec();
  if (strcmp(scene, "late_threads") == 0) return late_threads();
  if (strcmp(scene, "interrupted") == 0) return interrupted();
  if (strcmp(scene, "orphans") == 0) return orphans();
  if (strcmp(scene, "setuid_exec") == 0) return run("/bin/setuid", "", "A=1");
  if (strcmp(scene, "fd_paths") == 0) return fd_paths();
  if (strcmp(scene, "clone3") == 0) return clone3();
  if (strcmp(scene, "unreadable") == 0) return unreadable();
  if (strcmp(scene, "hidden") == 0) return hidden();
  if (strcmp(scene, "write") == 0) write(1, "written\n", 8);
  return 0;
}
