// What a shell cannot do, of what detections look for. One word says which; each ends as it may in a sandbox.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static struct sockaddr_in at(const char *ip, int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  inet_pton(AF_INET, ip, &address.sin_addr);
  return address;
}

static int tcp_to(const char *ip, int port) {
  struct sockaddr_in address = at(ip, port);
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  connect(fd, (struct sockaddr *)&address, sizeof address);
  return fd;
}

static int listener(int port) {
  struct sockaddr_in address = at("127.0.0.1", port);
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  bind(fd, (struct sockaddr *)&address, sizeof address);
  listen(fd, 8);
  return fd;
}

static void shell(void) { execl("/bin/sh", "sh", "-c", "true", NULL); }

// A shell whose standard streams are a connection. Its descriptor is copied by fcntl(2) first where `copied`, and where `stale`
// its number has stood for another socket before.
static void reverse_shell(int port, int copied, int stale) {
  int server = listener(port);
  if (fork() == 0) {
    if (stale) {
      int first = tcp_to("127.0.0.1", port);
      close(first);
    }
    int fd = tcp_to("127.0.0.1", port);
    if (copied) fd = fcntl(fd, F_DUPFD, 20);
    for (int i = 0; i < 3; i++) dup2(fd, i);
    shell();
  }
  wait(NULL);
  close(server);
}

// Descriptors that stood for connections, and do not any more when they become standard streams: nothing to alert of.
static void innocent(void) {
  int server = listener(4445);
  if (fork() == 0) {
    int fd = tcp_to("127.0.0.1", 4445);
    close(fd);
    int ends[2];
    pipe(ends);
    dup2(ends[0], 0);
    close(ends[0]);
    int memory = memfd_create("scratch", 0);
    dup2(memory, 1);
    _exit(0);
  }
  wait(NULL);
  close(server);
}

static void from_memory(void) {
  if (fork() == 0) {
    int fd = memfd_create("payload", MFD_CLOEXEC);
    int program = open("/bin/true", O_RDONLY);
    char buffer[65536];
    for (ssize_t n; (n = read(program, buffer, sizeof buffer)) > 0;) write(fd, buffer, n);
    char *arguments[] = {"payload", NULL}, *environment[] = {NULL};
    syscall(SYS_execveat, fd, "", arguments, environment, AT_EMPTY_PATH);
    _exit(1);
  }
  wait(NULL);
}

static void in_directory(void) {
  // By way of a directory's descriptor, which is a copy.
  int etc = open("/etc", O_RDONLY | O_DIRECTORY);
  int copy = fcntl(etc, F_DUPFD_CLOEXEC, 30);
  close(etc);
  close(openat(copy, "shadow", O_RDONLY));
  close(openat(copy, "nothing-here", O_RDONLY));
  close(openat(copy, "planted", O_WRONLY | O_CREAT, 0600));
  chdir("/etc");
  close(open("shadow", O_RDONLY));
}

static void rare_calls(void) {
  chmod("/tmp/suid", 04755);
  unshare(CLONE_NEWUTS);
  setns(-1, 0);
  syscall(SYS_bpf, 0, NULL, 0);
  syscall(SYS_userfaultfd, 0);
  if (fork() == 0) {
    setuid(1000);
    syscall(SYS_userfaultfd, 0);
    setuid(0);
    _exit(0);
  }
  wait(NULL);
  if (fork() == 0) {
    ptrace(PTRACE_TRACEME, 0, NULL, NULL);
    _exit(0);
  }
  wait(NULL);
  ptrace(PTRACE_ATTACH, getppid(), NULL, NULL);
}

static void networks(void) {
  close(socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL)));
  close(tcp_to("169.254.169.254", 80));
  close(tcp_to("10.0.0.1", 2222));
  struct sockaddr_in dns = at("10.0.0.1", 4242);
  int udp = socket(AF_INET, SOCK_DGRAM, 0);
  connect(udp, (struct sockaddr *)&dns, sizeof dns);
  close(udp);
}

int main(int argc, char **argv) {
  const char *what = argc > 1 ? argv[1] : "";
  if (strcmp(what, "reverse-shell") == 0) reverse_shell(4441, 0, 0);
  if (strcmp(what, "reverse-shell-copied") == 0) reverse_shell(4442, 1, 0);
  if (strcmp(what, "reverse-shell-stale") == 0) reverse_shell(4443, 0, 1);
  if (strcmp(what, "innocent") == 0) innocent();
  if (strcmp(what, "from-memory") == 0) from_memory();
  if (strcmp(what, "in-directory") == 0) in_directory();
  if (strcmp(what, "rare-calls") == 0) rare_calls();
  if (strcmp(what, "networks") == 0) networks();
  return 0;
}
