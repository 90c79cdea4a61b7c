// What stands between workerd and the module that bindgen wrote: the handlers workerd looks for, and a fresh instance
// after a panic. A panic aborts the WebAssembly instance, and the request it was for; without this, every later request
// of the isolate would fail, too.
//
// After worker-build 0.8.7 (src/js/shim.js and generate_handlers, Apache-2.0), which does this for the `worker` crate of
// the same version: compare the two when that version changes. tools/lib/worker.mjs appends the handlers and the
// classes that the module at hand exports.

import * as exports from "./index.js";

Error.stackTraceLimit = 100;
const state = exports.__worker_init_state();

function restartIfBroken() {
  if (!state.criticalError) return;
  console.log("Starting a fresh WebAssembly instance");
  exports.__wbg_reset_state();
  state.criticalError = false;
  state.instanceId++;
}

addEventListener("error", (event) => noteIfBroken(event.error));

function noteIfBroken(error) {
  if (!(error instanceof WebAssembly.RuntimeError)) return;
  console.error("Critical", error);
  state.criticalError = true;
}

// Reflect, with the instance behind the proxy instead of the proxy's target.
const instanceTraps = {
  set: (target, property, value, receiver) => Reflect.set(target.instance, property, value, receiver),
  has: (target, property) => Reflect.has(target.instance, property),
  deleteProperty: (target, property) => Reflect.deleteProperty(target.instance, property),
  getPrototypeOf: (target) => Reflect.getPrototypeOf(target.instance),
  setPrototypeOf: (target, prototype) => Reflect.setPrototypeOf(target.instance, prototype),
  isExtensible: (target) => Reflect.isExtensible(target.instance),
  preventExtensions: (target) => Reflect.preventExtensions(target.instance),
  getOwnPropertyDescriptor: (target, property) => Reflect.getOwnPropertyDescriptor(target.instance, property),
  defineProperty: (target, property, descriptor) => Reflect.defineProperty(target.instance, property, descriptor),
  ownKeys: (target) => Reflect.ownKeys(target.instance),
  get(target, property, receiver) {
    if (target.instanceId !== state.instanceId) {
      // A Durable Object from before the panic points into memory that is gone.
      target.instance = Reflect.construct(target.constructor, target.args, target.newTarget);
      target.instanceId = state.instanceId;
    }
    const original = Reflect.get(target.instance, property, receiver);
    if (typeof original !== "function") return original;
    if (original.constructor === Function) return new Proxy(original, { apply: callGuarded });
    return new Proxy(original, { apply: awaitGuarded });
  },
};

function callGuarded(method, self, args) {
  restartIfBroken();
  try {
    return method.apply(self, args);
  } catch (error) {
    noteIfBroken(error);
    throw error;
  }
}

async function awaitGuarded(method, self, args) {
  restartIfBroken();
  try {
    return await method.apply(self, args);
  } catch (error) {
    noteIfBroken(error);
    throw error;
  }
}

const guarded = {
  construct(constructor, args, newTarget) {
    try {
      restartIfBroken();
      const instance = Reflect.construct(constructor, args, newTarget);
      return new Proxy({ instance, instanceId: state.instanceId, constructor, args, newTarget }, instanceTraps);
    } catch (error) {
      state.criticalError = true;
      throw error;
    }
  },
};

/** A handler that finds its WebAssembly instance whole. */
const handler = (handle) => (argument, env, context) => awaitGuarded(handle, undefined, [argument, env, context]);

// An object, not a class: of a class the runtime makes an instance for every request.
const worker = {};

export default worker;
