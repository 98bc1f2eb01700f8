// The listener as JavaScript calls it. src/open-listener.ts is the only caller and has checked every argument.
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "addon.h"
#include "bind.h"
#include "handover.h"
#include "napi-util.h"
#include "receiver.h"
#include "spreader.h"

enum {
  PATH_LIMIT = 256,
  KEPT_PART = 16,  // a slab that is filled to one part in so many is not copied but kept
};

static const napi_type_tag listener_tag = {0x9d1c6f2b7a5e4c38, 0x8e04b1f7d3a926c5};

typedef struct listener {
  receiver *receiver;
  napi_threadsafe_function wake;
  bool ended;  // the thread is joined, `wake` released and the hook removed
} listener;

// On the reader thread. It can only fail once the function is closing, which comes after the thread is joined.
static void wake(void *argument) {
  listener *listener = argument;
  (void)napi_call_threadsafe_function(listener->wake, NULL, napi_tsfn_nonblocking);
}

static void end(listener *listener, napi_threadsafe_function_release_mode mode) {
  if (listener->ended) return;
  listener->ended = true;
  receiver_join(listener->receiver);
  (void)napi_release_threadsafe_function(listener->wake, mode);
}

// A worker thread or the process ends with the listener open.
static void on_environment_exit(void *argument) {
  listener *listener = argument;
  receiver_close(listener->receiver, CLOSING_ABORT);
  end(listener, napi_tsfn_abort);
}

static void finalize(napi_env env, void *native, void *hint) {
  (void)hint;
  listener *listener = native;
  if (!listener->ended) {
    (void)napi_remove_env_cleanup_hook(env, on_environment_exit, listener);
    on_environment_exit(listener);
  }
  receiver_destroy(listener->receiver);
  free(listener);
}

// options: Uint32Array of mode, backlog, maxConnections, maxPacketSize, maxHandshakeSize, slabCount, slabSize, gatherMs
enum { OPTION_WORDS = 8 };

// Where connections come from: a path to listen at, or a share of a spreader to take them from.
typedef struct origin {
  char path[PATH_LIMIT];
  bool shared;
  uint32_t descriptor;
  uint32_t inode;
} origin;

static int open_origin(const origin *origin, const uint32_t *words, const char **syscall) {
  if (!origin->shared) return bind_and_listen(origin->path, (mode_t)words[0], (int)words[1], syscall);
  const int fd = share_take((int)origin->descriptor, origin->inode, syscall);
  if (fd >= 0) tell_gone(fd, 0);
  return fd;
}

static int start(const origin *origin, const uint32_t *words, receiver_options *options, receiver **receiver,
                 const char **syscall) {
  const int fd = open_origin(origin, words, syscall);
  if (fd < 0) return errno;
  options->takes = origin->shared;
  options->max_connections = words[2];
  options->max_packet_size = words[3];
  options->max_handshake_size = words[4];
  options->slab_count = words[5];
  options->slab_size = words[6];
  options->gather_ms = words[7];
  *receiver = receiver_start(fd, options, syscall);
  if (*receiver != NULL) return 0;
  const int code = errno;
  close(fd);
  return code;
}

// A path, or the descriptor and the inode of a share as a Uint32Array. False with an exception pending.
static bool get_origin(napi_env env, napi_value value, origin *origin) {
  napi_valuetype type;
  size_t size;
  const uint32_t *share;
  if (napi_typeof(env, value, &type) == napi_ok && type == napi_string) {
    if (napi_get_value_string_utf8(env, value, origin->path, sizeof origin->path, &size) == napi_ok) return true;
    throw_last_error(env);
    return false;
  }
  if (!get_words(env, value, &share, &size)) return false;
  if (size != 2) {
    (void)napi_throw_type_error(env, NULL, "a share has two words");
    return false;
  }
  origin->shared = true;
  origin->descriptor = share[0];
  origin->inode = share[1];
  return true;
}

// listen(origin, options, answer, wake): handle
static napi_value js_listen(napi_env env, napi_callback_info info) {
  napi_value arguments[4];
  origin origin = {.shared = false};
  const uint32_t *words;
  size_t word_count;
  const unsigned char *answer;
  receiver_options options = {0};
  if (!get_arguments(env, info, 4, arguments)) return NULL;
  if (!get_origin(env, arguments[0], &origin)) return NULL;
  if (!get_words(env, arguments[1], &words, &word_count)) return NULL;
  if (!get_bytes(env, arguments[2], &answer, &options.answer_size)) return NULL;
  if (word_count != OPTION_WORDS) {
    (void)napi_throw_type_error(env, NULL, "wrong number of options");
    return NULL;
  }
  listener *listener = calloc(1, sizeof *listener);
  if (listener == NULL) {
    throw_errno(env, "malloc", ENOMEM);
    return NULL;
  }
  napi_value name;
  if (napi_create_string_utf8(env, "seqpacket", NAPI_AUTO_LENGTH, &name) != napi_ok ||
      napi_create_threadsafe_function(env, arguments[3], NULL, name, 0, 1, NULL, NULL, NULL, NULL, &listener->wake) !=
          napi_ok) {
    throw_last_error(env);
    free(listener);
    return NULL;
  }
  options.answer = answer;
  options.wake = wake;
  options.wake_argument = listener;
  const char *syscall;
  const int code = start(&origin, words, &options, &listener->receiver, &syscall);
  if (code != 0) {
    (void)napi_release_threadsafe_function(listener->wake, napi_tsfn_abort);
    free(listener);
    throw_errno(env, syscall, code);
    return NULL;
  }
  // After the threadsafe function's own hook, so that ours runs before it and the thread never meets a closed one.
  if (napi_add_env_cleanup_hook(env, on_environment_exit, listener) != napi_ok) throw_last_error(env);
  napi_value handle = NULL;
  bool pending = true;
  if (napi_is_exception_pending(env, &pending) == napi_ok && !pending) {
    handle = make_handle(env, listener, &listener_tag, finalize);
  }
  if (handle == NULL) finalize(env, listener, NULL);
  return handle;
}

static listener *get_listener(napi_env env, napi_callback_info info, size_t count, napi_value *arguments) {
  if (!get_arguments(env, info, count, arguments)) return NULL;
  return get_handle(env, arguments[0], &listener_tag);
}

// As a Buffer, because Node-API clears the memory of an ArrayBuffer first; of a Buffer it does not.
static napi_value copy(napi_env env, const void *bytes, size_t size) {
  napi_value buffer;
  void *data = NULL;
  CHECK(env, napi_create_buffer(env, size, &data, &buffer));
  if (size > 0) memcpy(data, bytes, size);
  return buffer;
}

// JavaScript has no more use for the bytes of a slab.
static void give_back(napi_env env, void *bytes, void *slab) {
  (void)env;
  (void)bytes;
  slabs_put(slab);
}

// The bytes of a slab, which becomes JavaScript's: NULL where that cannot be, and nothing has changed then.
static napi_value keep_bytes(napi_env env, listener *listener, segment *slab) {
  segment *spare = receiver_spare(listener->receiver);
  if (spare == NULL) return NULL;
  napi_value bytes;
  if (napi_create_external_buffer(env, slab->bytes_used, slab->bytes, give_back, slab, &bytes) != napi_ok) {
    slabs_put(spare);
    return NULL;
  }
  receiver_kept(listener->receiver, spare);
  return bytes;
}

// The bytes of a segment, which is given back. Few are copied: JavaScript may hold them for long, and a whole slab with
// them. Where this throws, the segment stays the head and the next call finds it again.
static napi_value take_bytes(napi_env env, listener *listener, segment *segment) {
  if (segment->home != NULL && segment->bytes_used >= segment->bytes_size / KEPT_PART) {
    napi_value kept = keep_bytes(env, listener, segment);
    if (kept != NULL) return kept;
  }
  napi_value copied = copy(env, segment->bytes, segment->bytes_used);
  if (copied != NULL) receiver_taken(listener->receiver);
  return copied;
}

// take(handle, wait): [records, bytes] | undefined
static napi_value js_take(napi_env env, napi_callback_info info) {
  napi_value arguments[2], batch;
  bool wait;
  listener *listener = get_listener(env, info, 2, arguments);
  if (listener == NULL) return NULL;
  CHECK(env, napi_get_value_bool(env, arguments[1], &wait));
  segment *segment = receiver_next(listener->receiver, wait);
  if (segment == NULL) return NULL;
  CHECK(env, napi_create_array_with_length(env, 2, &batch));
  napi_value records = copy(env, segment->records, segment->records_used * RECORD_WORDS * sizeof *segment->records);
  if (records == NULL) return NULL;
  CHECK(env, napi_set_element(env, batch, 0, records));
  napi_value bytes = take_bytes(env, listener, segment);
  if (bytes == NULL) return NULL;
  CHECK(env, napi_set_element(env, batch, 1, bytes));
  return batch;
}

// finish(handle): whether the thread has ended; frees what only it needed, and lets the process end.
static napi_value js_finish(napi_env env, napi_callback_info info) {
  napi_value argument, result;
  listener *listener = get_listener(env, info, 1, &argument);
  if (listener == NULL) return NULL;
  const bool finished = receiver_finished(listener->receiver);
  if (finished && !listener->ended) {
    CHECK(env, napi_remove_env_cleanup_hook(env, on_environment_exit, listener));
    end(listener, napi_tsfn_release);
  }
  CHECK(env, napi_get_boolean(env, finished, &result));
  return result;
}

static napi_value js_stop_accepting(napi_env env, napi_callback_info info) {
  napi_value argument;
  listener *listener = get_listener(env, info, 1, &argument);
  if (listener != NULL) receiver_stop_accepting(listener->receiver);
  return NULL;
}

// closeConnection(handle, id)
static napi_value js_close_connection(napi_env env, napi_callback_info info) {
  napi_value arguments[2];
  uint32_t id;
  listener *listener = get_listener(env, info, 2, arguments);
  if (listener == NULL) return NULL;
  CHECK(env, napi_get_value_uint32(env, arguments[1], &id));
  receiver_close_connection(listener->receiver, id);
  return NULL;
}

// close(handle, discard)
static napi_value js_close(napi_env env, napi_callback_info info) {
  napi_value arguments[2];
  bool discard;
  listener *listener = get_listener(env, info, 2, arguments);
  if (listener == NULL) return NULL;
  CHECK(env, napi_get_value_bool(env, arguments[1], &discard));
  receiver_close(listener->receiver, discard ? CLOSING_DISCARD : CLOSING_DRAIN);
  return NULL;
}

// stats(handle): the counters as doubles, in the order of enum receiver_counter
static napi_value js_stats(napi_env env, napi_callback_info info) {
  napi_value argument;
  double counters[COUNTERS];
  listener *listener = get_listener(env, info, 1, &argument);
  if (listener == NULL) return NULL;
  receiver_count(listener->receiver, counters);
  return copy(env, counters, sizeof counters);
}

// ref(handle, on)
static napi_value js_ref(napi_env env, napi_callback_info info) {
  napi_value arguments[2];
  bool on;
  listener *listener = get_listener(env, info, 2, arguments);
  if (listener == NULL) return NULL;
  CHECK(env, napi_get_value_bool(env, arguments[1], &on));
  if (listener->ended) return NULL;
  if (on) {
    CHECK(env, napi_ref_threadsafe_function(env, listener->wake));
  } else {
    CHECK(env, napi_unref_threadsafe_function(env, listener->wake));
  }
  return NULL;
}

bool listener_init(napi_env env, napi_value exports) {
  static const method methods[] = {
      {"listen", js_listen}, {"take", js_take},   {"finish", js_finish}, {"stopAccepting", js_stop_accepting},
      {"close", js_close},   {"stats", js_stats}, {"ref", js_ref},       {"closeConnection", js_close_connection},
  };
  return set_methods(env, exports, methods, sizeof methods / sizeof *methods);
}
