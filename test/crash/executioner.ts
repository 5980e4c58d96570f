import type { ServeProcess } from './serve-process.js';

/**
 * Where a process that reads replies is killed, in turn. What a server sees coming, it does, but where it does not
 * hear it; the answer finds nobody.
 */
export const moments = [
  'any moment',
  'headers are asked for',
  'a body is asked for',
  'a file is changed',
  'Alertmanager is asked',
  'Alertmanager is told, and does not hear it',
  'Alertmanager has made the silence',
  'a file is changed',
  'the mail is marked',
  'an answer is sent',
] as const;
export type Moment = (typeof moments)[number];

/** Kills a process by what the servers see of it. */
export interface Executioner {
  /** Something happens; true when the process is dead by it. */
  happens(moment: Moment): boolean;
  /** Kills the process when a moment has come for the `times`th time; throws when it never comes. */
  killAt(moment: Moment, times: number): Promise<void>;
}

/** Makes one for the process that serves at that time. */
export function createExecutioner(serving: () => ServeProcess, patienceMs: number): Executioner {
  let waiting: { readonly moment: Moment; times: number; readonly done: () => void } | undefined;
  const comes = (moment: Moment): boolean => {
    if (waiting?.moment !== moment) return false;
    waiting.times -= 1;
    if (waiting.times > 0) return false;
    waiting.done();
    waiting = undefined;
    return true;
  };
  return {
    happens(moment) {
      // From here on it changes files; which of the changes is its last was chosen at its start.
      if (moment === 'a body is asked for' && comes('a file is changed')) serving().killAtChange();
      const isDead = comes(moment);
      if (isDead) serving().kill('SIGKILL');
      return isDead;
    },
    killAt: (moment, times) =>
      new Promise<void>((resolve, reject) => {
        const late = setTimeout(() => {
          reject(new Error(`${moment}: it never came.\n${serving().output().slice(-2_000)}`));
        }, patienceMs);
        const done = () => {
          clearTimeout(late);
          resolve();
        };
        waiting = { moment, times, done };
      }),
  };
}
