// The spreader as JavaScript calls it. src/spread.ts is the only caller and has checked every argument.
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "addon.h"
#include "bind.h"
#include "napi-util.h"
#include "spreader.h"

enum { PATH_LIMIT = 256 };

static const napi_type_tag spread_tag = {0x5be2d7418c90f3a6, 0x17a4e8c3620bd95f};

typedef struct spread {
  spreader *spreader;
  napi_threadsafe_function wake;
  bool ended;  // the thread is joined, `wake` released and the hook removed
} spread;

// On the spreader's thread. It can only fail once the function is closing, which comes after the thread is joined.
static void wake(void *argument) {
  spread *spread = argument;
  (void)napi_call_threadsafe_function(spread->wake, NULL, napi_tsfn_nonblocking);
}

static void end(spread *spread, napi_threadsafe_function_release_mode mode) {
  if (spread->ended) return;
  spread->ended = true;
  spreader_close(spread->spreader);
  (void)napi_release_threadsafe_function(spread->wake, mode);
}

// The process, or the worker thread that listens, ends without having closed it.
static void on_environment_exit(void *argument) {
  end(argument, napi_tsfn_abort);
}

static void finalize(napi_env env, void *native, void *hint) {
  (void)hint;
  spread *spread = native;
  if (!spread->ended) {
    (void)napi_remove_env_cleanup_hook(env, on_environment_exit, spread);
    on_environment_exit(spread);
  }
  spreader_destroy(spread->spreader);
  free(spread);
}

// options: Uint32Array of mode, backlog, maxConnections
enum { OPTION_WORDS = 3 };

static int start(const char *path, const uint32_t *words, spread *spread, const char **syscall) {
  const int fd = bind_and_listen(path, (mode_t)words[0], (int)words[1], syscall);
  if (fd < 0) return errno;
  const spreader_options options = {.max_connections = words[2], .wake = wake, .wake_argument = spread};
  spread->spreader = spreader_start(fd, &options, syscall);
  if (spread->spreader != NULL) return 0;
  const int code = errno;
  close(fd);
  return code;
}

// spread(path, options, wake): handle
static napi_value js_spread(napi_env env, napi_callback_info info) {
  napi_value arguments[3], name;
  char path[PATH_LIMIT];
  size_t length, word_count;
  const uint32_t *words;
  if (!get_arguments(env, info, 3, arguments)) return NULL;
  CHECK(env, napi_get_value_string_utf8(env, arguments[0], path, sizeof path, &length));
  if (!get_words(env, arguments[1], &words, &word_count)) return NULL;
  if (word_count != OPTION_WORDS) {
    (void)napi_throw_type_error(env, NULL, "wrong number of options");
    return NULL;
  }
  spread *spread = calloc(1, sizeof *spread);
  if (spread == NULL) {
    throw_errno(env, "malloc", ENOMEM);
    return NULL;
  }
  if (napi_create_string_utf8(env, "seqpacket", NAPI_AUTO_LENGTH, &name) != napi_ok ||
      napi_create_threadsafe_function(env, arguments[2], NULL, name, 0, 1, NULL, NULL, NULL, NULL, &spread->wake) !=
          napi_ok) {
    throw_last_error(env);
    free(spread);
    return NULL;
  }
  const char *syscall;
  const int code = start(path, words, spread, &syscall);
  if (code != 0) {
    (void)napi_release_threadsafe_function(spread->wake, napi_tsfn_abort);
    free(spread);
    throw_errno(env, syscall, code);
    return NULL;
  }
  napi_value handle = NULL;
  // After the threadsafe function's own hook, so that ours runs before it and the thread never meets a closed one.
  if (napi_add_env_cleanup_hook(env, on_environment_exit, spread) == napi_ok) {
    handle = make_handle(env, spread, &spread_tag, finalize);
  } else {
    throw_last_error(env);
  }
  if (handle == NULL) finalize(env, spread, NULL);
  return handle;
}

static spread *get_spread(napi_env env, napi_callback_info info) {
  napi_value argument;
  if (!get_arguments(env, info, 1, &argument)) return NULL;
  return get_handle(env, argument, &spread_tag);
}

static napi_value make_doubles(napi_env env, const double *values, size_t count) {
  napi_value buffer;
  CHECK(env, napi_create_buffer_copy(env, count * sizeof *values, values, NULL, &buffer));
  return buffer;
}

// share(handle): number, descriptor and inode, as doubles
static napi_value js_share(napi_env env, napi_callback_info info) {
  spread *spread = get_spread(env, info);
  if (spread == NULL) return NULL;
  share share;
  const char *syscall;
  const int code = spreader_share(spread->spreader, &share, &syscall);
  if (code != 0) {
    throw_errno(env, syscall, code);
    return NULL;
  }
  const double values[] = {share.number, share.descriptor, share.inode};
  return make_doubles(env, values, sizeof values / sizeof *values);
}

// withdraw(handle, number)
static napi_value js_withdraw(napi_env env, napi_callback_info info) {
  napi_value arguments[2];
  uint32_t number;
  if (!get_arguments(env, info, 2, arguments)) return NULL;
  spread *spread = get_handle(env, arguments[0], &spread_tag);
  if (spread == NULL) return NULL;
  CHECK(env, napi_get_value_uint32(env, arguments[1], &number));
  spreader_withdraw(spread->spreader, number);
  return NULL;
}

enum { HEAD = 2, FIGURES = 4 };

// look(handle): as doubles accepted and refused, and for every share number, state, held and handed
static napi_value js_look(napi_env env, napi_callback_info info) {
  spread *spread = get_spread(env, info);
  if (spread == NULL) return NULL;
  spreader_figures figures;
  spreader_look(spread->spreader, &figures);
  double values[HEAD + FIGURES * TAKERS] = {figures.accepted, figures.refused};
  double *value = values + HEAD;
  for (uint32_t i = 0; i < figures.shares; i++) {
    const share_figures *each = &figures.each[i];
    *value++ = each->number;
    *value++ = each->state;
    *value++ = each->held;
    *value++ = each->handed;
  }
  return make_doubles(env, values, (size_t)(value - values));
}

// closeSpread(handle)
static napi_value js_close_spread(napi_env env, napi_callback_info info) {
  spread *spread = get_spread(env, info);
  if (spread == NULL || spread->ended) return NULL;
  CHECK(env, napi_remove_env_cleanup_hook(env, on_environment_exit, spread));
  end(spread, napi_tsfn_release);
  return NULL;
}

bool spread_init(napi_env env, napi_value exports) {
  static const method methods[] = {
      {"spread", js_spread}, {"share", js_share},           {"withdraw", js_withdraw},
      {"look", js_look},     {"closeSpread", js_close_spread},
  };
  return set_methods(env, exports, methods, sizeof methods / sizeof *methods);
}
