// The parts that make up the addon's exports.
#ifndef SEQPACKET_ADDON_H
#define SEQPACKET_ADDON_H

#include <node_api.h>
#include <stdbool.h>

// Each sets its functions on `exports`; false with an exception pending.
bool listener_init(napi_env env, napi_value exports);
bool spread_init(napi_env env, napi_value exports);
bool connector_init(napi_env env, napi_value exports);

#endif
