// The addon's entry. It keeps no state of its own, so every worker thread may load it.
#include "addon.h"

NAPI_MODULE_INIT() {
  if (!listener_init(env, exports) || !spread_init(env, exports) || !connector_init(env, exports)) return NULL;
  return exports;
}
