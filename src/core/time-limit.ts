/**
 * A signal that aborts with a `TimeoutError` after `ms`, or with the reason of `signal` when that aborts first.
 *
 * Node 20 forgets an `AbortSignal.timeout` that only an `AbortSignal.any` listens to as soon as memory is tidied, and what
 * it should have ended then waits for ever; here a timer holds on to it.
 */
export function timeLimit(ms: number, signal?: AbortSignal): AbortSignal {
  const controller = new AbortController();
  const end = () => controller.abort(new DOMException(`No answer within ${ms / 1_000} s`, 'TimeoutError'));
  setTimeout(end, ms).unref();
  return signal ? AbortSignal.any([signal, controller.signal]) : controller.signal;
}
